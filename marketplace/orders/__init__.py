"""Decides what was bought and how far it has come: carts, orders, one seller order per shop, and their steps."""
