"""Decides what buyers may say about what they got, who answers, and what is not shown."""
