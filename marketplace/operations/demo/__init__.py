"""Decides what a demo market holds: people, shops, goods with pictures, and some months of orders."""
