"""Decides which rows lie under a figure, and adds them up again, by queries that never see the cells."""
