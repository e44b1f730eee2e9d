"""Decides what acts of the programme changed: villages with one beside villages without, or later."""
