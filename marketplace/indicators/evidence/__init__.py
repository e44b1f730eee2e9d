"""Decides what a village hands in with the questionnaire of a year: one sheet, every line with its source."""
