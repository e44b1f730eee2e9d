"""Decides which permits goods need, what a shop shows of them, and what happens while one is missing."""
