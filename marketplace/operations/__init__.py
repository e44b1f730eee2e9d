"""Decides how the market is run: set-up, demo data, proofs, the books, health."""
