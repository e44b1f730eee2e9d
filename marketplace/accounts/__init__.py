"""Decides who somebody is and what they may enter: people, sessions, roles with a region, guards."""
