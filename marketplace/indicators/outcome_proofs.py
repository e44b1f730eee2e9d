"""Decides whether the outcomes and the orders agree, order by order and value by value."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.models import OutcomeFact
from marketplace.indicators.outcomes import ENDS, FIELDS, outcomes
from marketplace.kit.outbox import OutboxEvent
from marketplace.orders.models import SellerOrder

BATCH = 2000


def differences() -> list[str]:
    """Every disagreement between outcomes and ended orders; empty when all agree.

    A missing outcome whose event still waits for the worker is late, not lost, and is not named.
    """
    return list(_sentences())


def _sentences() -> Iterator[str]:
    waiting, last = _waiting(), 0
    while True:
        rows = select(SellerOrder.id).where(SellerOrder.id > last).order_by(SellerOrder.id).limit(BATCH)
        ids = list(db.session.scalars(rows))
        # Beyond the last order there must be nothing.
        stored = _stored(last, ids[-1] if ids else None)
        told = {values["seller_order_id"]: values for values in outcomes(ids)}
        for order_id in sorted(stored.keys() | told.keys()):
            yield from _compared(order_id, told.get(order_id), stored.get(order_id), waiting)
        if not ids:
            return
        last = ids[-1]


def _compared(
    order_id: int, told: dict[str, Any] | None, stored: dict[str, Any] | None, waiting: set[int]
) -> Iterator[str]:
    if stored is None:
        if order_id not in waiting:
            yield f"outcome {order_id}: the seller order has ended, but has no outcome"
    elif told is None:
        yield f"outcome {order_id}: there is an outcome, but the seller order has not ended"
    else:
        for field in FIELDS:
            if told[field] != stored[field]:
                yield f"outcome {order_id}: {field} is {stored[field]!r}, its order says {told[field]!r}"


def _stored(after: int, until: int | None) -> dict[int, dict[str, Any]]:
    rows = select(OutcomeFact.__table__).where(OutcomeFact.seller_order_id > after)
    if until is not None:
        rows = rows.where(OutcomeFact.seller_order_id <= until)
    return {row.seller_order_id: dict(row._mapping) for row in db.session.execute(rows)}


def _waiting() -> set[int]:
    kinds = [f"seller_order.{status}" for status in ENDS]
    rows = select(OutboxEvent.payload).where(OutboxEvent.kind.in_(kinds), OutboxEvent.handled_at.is_(None))
    return {payload["seller_order_id"] for payload in db.session.scalars(rows)}
