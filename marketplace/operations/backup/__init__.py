"""Decides how all that must not be lost is put into one file, and how a market comes back from it."""
