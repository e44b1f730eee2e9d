"""Decides what a sale means for a village: sale facts, and the Smart Economy indicators made of them."""
