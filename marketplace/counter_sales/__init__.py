"""Decides what the outlet of a village sells over its counter: whose goods, how paid, what goes back."""
