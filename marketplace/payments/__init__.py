"""Decides whether money came in: providers, attempts, their events, what each seller order was paid, refunds owed."""
