"""Decides how the market is run: set-up, demo data, proofs, health."""
