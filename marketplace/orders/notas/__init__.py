"""Decides the numbered papers of a sale: what a nota holds, when it is written, how page and PDF show it."""
