"""Whole stories, walked in Chromium against the running server."""
