"""Tests of what is public and how a figure becomes final."""
