"""Decides which products answer a question in words; nothing else knows which engine does it."""
