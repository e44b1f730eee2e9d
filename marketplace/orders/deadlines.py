"""Decides how long each state may last before it ends by itself. Pure rules."""

from datetime import date, datetime, timedelta

from marketplace.kit.clock import start_of_day
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
# What a shop does with goods: it begins when they are harvested or made, not before.
_NEEDS_GOODS = (Status.ACCEPTED, Status.PACKED)
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


def deadline_of(
    status: Status, at: datetime, *, prepaid: bool, expected_on: date | None = None
) -> datetime | None:
    """When a state entered at `at` ends by itself; None when it waits for a person.

    `prepaid` tells whether the buyer has paid before the goods went out. `expected_on` is the WIB day from
    which the goods can be handed over; the time to do so counts from its beginning.
    """
    if expected_on is not None and status in _NEEDS_GOODS:
        at = max(at, start_of_day(expected_on))
    lasts = _LASTS | _LASTS_IF_PREPAID if prepaid else _LASTS
    return at + lasts[status] if status in lasts else None
