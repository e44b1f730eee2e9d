"""Decides when shops and villages are paid what is owed to them, and what each reads about its money."""
