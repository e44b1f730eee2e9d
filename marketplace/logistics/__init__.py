"""Decides how goods can travel, how far, and what that costs."""
