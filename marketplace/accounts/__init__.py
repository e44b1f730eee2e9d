"""Decides who somebody is and what they may enter: people, sign-in, sessions, roles with a region scope, guards."""
