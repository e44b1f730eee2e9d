"""Decides what looks wrong about the figures, who looks at it, and what is said of it."""
