"""Decides what is for sale: categories, products, variants, photos, prices, and how much stock there is."""
