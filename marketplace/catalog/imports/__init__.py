"""Decides how goods and their stock come from files and go out again as files."""
