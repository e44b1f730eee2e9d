"""Decides what indicators do when something happened: a completed sale becomes facts, its refund others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from marketplace.extensions import db
from marketplace.indicators.facts import refund_of, refunded_lines, sale_of, sold_lines
from marketplace.indicators.models import SaleFact
from marketplace.kit.outbox import OutboxEvent
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import Refund


def record_sale(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """On `seller_order.completed`: write one fact per line of that seller order, unless it is there already.

    The day of a fact is the day of completion, not the day on which the worker comes by, so `at` plays no
    part.
    """
    lines = db.session.execute(sold_lines().where(SellerOrder.id == event.payload["seller_order_id"]))
    _write([sale_of(line) for line in lines])


def record_refund(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """On `seller_order.refunded`: one negative fact per line, on the day of the refund.

    Nothing for a refund before completion: the fact of the sale is written without it.
    """
    lines = db.session.execute(refunded_lines().where(Refund.id == event.payload["refund_id"]))
    _write([refund_of(line) for line in lines])


def _write(facts: Sequence[dict[str, Any]]) -> None:
    known = select(SaleFact.source).where(SaleFact.source.in_([fact["source"] for fact in facts]))
    there = set(db.session.scalars(known))
    new = [fact for fact in facts if fact["source"] not in there]
    if new:
        db.session.execute(insert(SaleFact), new)
