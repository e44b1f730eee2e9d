"""Tests of the uplift: what the programme changed, and when nothing can be said."""
