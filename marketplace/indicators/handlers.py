"""Decides what indicators do when something happened: a completed sale becomes facts, its refund others.

Each also marks the cells that are behind from now on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from marketplace.extensions import db
from marketplace.indicators import circumstances, marking
from marketplace.indicators.facts import refund_of, refunded_lines, sale_of, sold_lines
from marketplace.indicators.models import OutcomeFact, SaleFact
from marketplace.indicators.outcomes import outcomes
from marketplace.kit.clock import day_wib
from marketplace.kit.outbox import OutboxEvent
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import Refund


def record_sale(event: OutboxEvent, at: datetime) -> None:
    """On `seller_order.completed`: freeze the circumstances, write one fact per line, unless there already.

    The day of a fact is the day of completion, not the day on which the worker comes by.
    """
    seller_order_id = event.payload["seller_order_id"]
    circumstances.freeze([seller_order_id], day=day_wib(event.happened_at), at=at)
    lines = db.session.execute(sold_lines().where(SellerOrder.id == seller_order_id))
    _write([sale_of(line) for line in lines], at=event.happened_at)


def record_refund(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """On `seller_order.refunded`: one negative fact per line, on the day of the refund.

    Nothing for a refund before completion: the fact of the sale is written without it.
    """
    lines = db.session.execute(refunded_lines().where(Refund.id == event.payload["refund_id"]))
    _write([refund_of(line) for line in lines], at=event.happened_at)


def record_outcome(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """When a seller order has ended: write how, unless it is there already."""
    seller_order_id = event.payload["seller_order_id"]
    if db.session.get(OutcomeFact, seller_order_id) is not None:
        return
    for values in outcomes([seller_order_id]):
        db.session.execute(insert(OutcomeFact), values)
        marking.mark(values["village_code"], values["month"], at=event.happened_at)


def _write(facts: Sequence[dict[str, Any]], *, at: datetime) -> None:
    known = select(SaleFact.source).where(SaleFact.source.in_([fact["source"] for fact in facts]))
    there = set(db.session.scalars(known))
    new = [fact for fact in facts if fact["source"] not in there]
    if new:
        db.session.execute(insert(SaleFact), new)
        marking.mark_all({(fact["village_code"], fact["month"]) for fact in new}, at=at)
