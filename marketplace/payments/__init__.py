"""Decides whether money came in: attempts, provider events, what each seller order was paid, refunds owed."""
