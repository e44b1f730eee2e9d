"""Decides what is known of a village beside its sales: dated, with its source, and by whom it was entered."""
