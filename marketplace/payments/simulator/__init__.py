"""Stands in for Stripe in demo mode: same refusals, sessions, page and signed messages; never real money."""
