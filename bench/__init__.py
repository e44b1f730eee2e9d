"""Measures what matters beside a floor in the same run, and breaks the write path on purpose.."""
