"""Decides how long each state may last before it ends by itself. Pure rules."""

from datetime import datetime, timedelta

from marketplace.orders.states import Status

HOLD_AFTER_ATTEMPT = timedelta(minutes=5)
ANSWER = timedelta(hours=24)
HAND_OVER = timedelta(days=3)
COMPLETE = timedelta(days=3)

_LASTS = {
    Status.AWAITING_CONFIRMATION: ANSWER,
    Status.ACCEPTED: HAND_OVER,
    Status.PACKED: HAND_OVER,
    Status.DELIVERED: COMPLETE,
}
ENDS_AS = {
    Status.AWAITING_PAYMENT: Status.EXPIRED,
    Status.AWAITING_CONFIRMATION: Status.LAPSED,
    Status.ACCEPTED: Status.LAPSED,
    Status.PACKED: Status.LAPSED,
    Status.DELIVERED: Status.COMPLETED,
}


def deadline_of(status: Status, at: datetime) -> datetime | None:
    """When a state entered at `at` ends by itself; None when it waits for a person."""
    return at + _LASTS[status] if status in _LASTS else None
