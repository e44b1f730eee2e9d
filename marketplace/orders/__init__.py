"""Decides what was bought and how far it has come: carts, orders, a seller order per shop, their steps."""
