"""Decides what each of the indicators says of itself; `registry` puts them in order."""
