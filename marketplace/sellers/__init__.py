"""Decides who sells: shops, their village, their members, and whether they may sell now."""
