"""Decides what indicators do when something happened: a completed sale becomes facts."""

from datetime import datetime

from sqlalchemy import insert, select

from marketplace.extensions import db
from marketplace.indicators.facts import fact_of, sold_lines
from marketplace.indicators.models import SaleFact
from marketplace.kit.outbox import OutboxEvent
from marketplace.orders.models import SellerOrder


def record_sale(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """On `seller_order.completed`: write one fact per line of that seller order, unless it is there already.

    The day of a fact is the day of completion, not the day on which the worker comes by, so `at` plays no
    part.
    """
    lines = db.session.execute(sold_lines().where(SellerOrder.id == event.payload["seller_order_id"]))
    facts = [fact_of(line) for line in lines]
    known = select(SaleFact.source).where(SaleFact.source.in_([fact["source"] for fact in facts]))
    there = set(db.session.scalars(known))
    new = [fact for fact in facts if fact["source"] not in there]
    if new:
        db.session.execute(insert(SaleFact), new)
