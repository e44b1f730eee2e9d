"""Tests of the payouts."""
