"""Decides what places exist: province, regency or city, district, village, each by its Kemendagri code."""
