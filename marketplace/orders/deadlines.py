"""Decides how long each state may last before it ends by itself. Pure rules."""

from datetime import datetime, timedelta

from marketplace.orders.states import Status

HOLD_AFTER_ATTEMPT = timedelta(minutes=5)
ANSWER = timedelta(hours=24)
HAND_OVER = timedelta(days=3)
COLLECT = timedelta(days=7)
ARRIVE = timedelta(days=14)
TRY_AGAIN = timedelta(days=7)
COMPLETE = timedelta(days=3)

_LASTS = {
    Status.AWAITING_CONFIRMATION: ANSWER,
    Status.ACCEPTED: HAND_OVER,
    Status.PACKED: HAND_OVER,
    Status.READY_FOR_PICKUP: COLLECT,
    Status.DELIVERY_FAILED: TRY_AGAIN,
    Status.DELIVERED: COMPLETE,
}
# Cash is recorded with `delivered`, and only a person can say that it changed hands.
_LASTS_IF_PREPAID = {Status.SHIPPED: ARRIVE}
ENDS_AS = {
    Status.AWAITING_PAYMENT: Status.EXPIRED,
    Status.AWAITING_CONFIRMATION: Status.LAPSED,
    Status.ACCEPTED: Status.LAPSED,
    Status.PACKED: Status.LAPSED,
    Status.READY_FOR_PICKUP: Status.RETURNED,
    Status.SHIPPED: Status.DELIVERED,
    Status.DELIVERY_FAILED: Status.RETURNED,
    Status.DELIVERED: Status.COMPLETED,
}


def deadline_of(status: Status, at: datetime, *, prepaid: bool) -> datetime | None:
    """When a state entered at `at` ends by itself; None when it waits for a person.

    `prepaid` tells whether the buyer has paid before the goods went out.
    """
    lasts = _LASTS | _LASTS_IF_PREPAID if prepaid else _LASTS
    return at + lasts[status] if status in lasts else None
