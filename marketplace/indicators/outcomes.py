"""Decides which outcome an ended seller order leaves: how and when it ended, by whom, how long it took.

Writing, rebuilding and proving all ask here. An order whose time to pay ran out (`expired`) is no outcome: it
may still be paid late, and until then nobody had anything to fulfil. What an outlet sold over its counter is
an outcome (it was collected), but one without minutes: nobody accepted it and nobody waited.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.models import OutcomeFact
from marketplace.kit.clock import day_wib, month_of, start_of_day
from marketplace.orders.models import COUNTER, Order, SellerOrder, SellerOrderEvent
from marketplace.orders.states import ALLOWED, Status

ENDS = tuple(status.value for status, following in ALLOWED.items() if not following)
BEFORE_ANSWER = (Status.AWAITING_PAYMENT.value, Status.AWAITING_CONFIRMATION.value)
HANDED_OVER = (Status.SHIPPED.value, Status.READY_FOR_PICKUP.value)
BUYER = "buyer"
FIELDS = tuple(column.key for column in OutcomeFact.__table__.columns)


def outcomes(seller_order_ids: Collection[int]) -> Iterator[dict[str, Any]]:
    """The values of the outcome of each of these seller orders that has ended, in the order of ids.

    What somebody buys from a shop of their own leaves none.
    """
    orders = db.session.execute(
        select(
            *(SellerOrder.id, SellerOrder.village_code, SellerOrder.shop_id, SellerOrder.delivery_method),
            *(SellerOrder.placed_at, SellerOrder.expected_on, SellerOrder.status, Order.channel),
        )
        .join(Order, Order.id == SellerOrder.order_id)
        .where(
            SellerOrder.id.in_(seller_order_ids),
            SellerOrder.status.in_(ENDS),
            SellerOrder.self_purchase.is_(False),
        )
        .order_by(SellerOrder.id)
    ).all()
    events = _events([order.id for order in orders])
    for order in orders:
        if order.id in events:
            yield _outcome(order, events[order.id])


def _events(seller_order_ids: Collection[int]) -> dict[int, list[Any]]:
    rows = db.session.execute(
        select(
            SellerOrderEvent.seller_order_id,
            SellerOrderEvent.from_status,
            SellerOrderEvent.to_status,
            SellerOrderEvent.at,
            SellerOrderEvent.actor,
        )
        .where(SellerOrderEvent.seller_order_id.in_(seller_order_ids))
        .order_by(SellerOrderEvent.seller_order_id, SellerOrderEvent.id)
    )
    return {key: list(some) for key, some in groupby(rows, key=lambda row: row.seller_order_id)}


def _outcome(order: Any, events: list[Any]) -> dict[str, Any]:
    end = events[-1]
    accepted = _first(events, (Status.ACCEPTED.value,))
    delivered = _first(reversed(events), (Status.DELIVERED.value,))
    ended_by = end.actor.partition(":")[0]
    day = day_wib(end.at)
    return {
        "seller_order_id": order.id,
        "village_code": order.village_code,
        "shop_id": order.shop_id,
        "delivery_method": order.delivery_method,
        "status": order.status,
        "ended_by": ended_by,
        "early": ended_by == BUYER and end.from_status in BEFORE_ANSWER,
        "ended_at": end.at,
        "day": day,
        "month": month_of(day),
        "placed_at": order.placed_at,
        "accepted_at": accepted,
        "harvest_on": order.expected_on,
        "shipped_at": _first(events, HANDED_OVER),
        "delivered_at": delivered,
        "minutes": _minutes(order, accepted, delivered),
        "channel": order.channel,
        "complaint_minutes": _complaint_minutes(events),
    }


def _first(events: Iterable[Any], to: tuple[str, ...]) -> datetime | None:
    return next((event.at for event in events if event.to_status in to), None)


def _minutes(order: Any, accepted: datetime | None, delivered: datetime | None) -> int | None:
    """Whole minutes; goods that came before the day of their harvest took none."""
    if order.status != Status.COMPLETED.value or accepted is None or delivered is None:
        return None
    if order.channel == COUNTER:
        return None
    begun = max(accepted, start_of_day(order.expected_on)) if order.expected_on else accepted
    return max(0, int((delivered - begun).total_seconds()) // 60)


def _complaint_minutes(events: list[Any]) -> int | None:
    """Whole minutes from the complaint to the end; only an end follows it, so there is one at the most."""
    complained = _first(events, (Status.DISPUTED.value,))
    return None if complained is None else int((events[-1].at - complained).total_seconds()) // 60
