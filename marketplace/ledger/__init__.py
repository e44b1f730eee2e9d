"""Decides what is owed to whom: append-only double entry in whole rupiah."""
