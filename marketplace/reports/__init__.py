"""Decides what a seller reads about how the shop is doing."""
