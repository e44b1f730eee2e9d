"""Decides whether the facts and the orders agree, row by row and value by value."""

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.facts import FIELDS, fact_of, sold_lines
from marketplace.indicators.models import SaleFact
from marketplace.kit.outbox import OutboxEvent
from marketplace.orders.models import OrderLine

BATCH = 2000
COMPLETED = "seller_order.completed"
SALE, FACT = "sale", "fact"

Values = dict[str, Any]
Side = tuple[tuple[int, str], str, Values]


def differences(most: int = 100) -> list[str]:
    """Every disagreement between the facts and the completed lines, one sentence each; empty when all agree.

    Both are read once, side by side in the order of the line. A missing fact whose event still waits for the
    worker is late, not lost, and is not named. Beyond `most` sentences only the number of the others is told.
    """
    found: list[str] = []
    others = 0
    for sentence in _sentences():
        if len(found) < most:
            found.append(sentence)
        else:
            others += 1
    return [*found, f"and {others} more differences between facts and orders"] if others else found


def _sentences() -> Iterator[str]:
    waiting = _waiting_lines()
    for (line_id, source), rows in groupby(merge(_sold(), _stored(), key=itemgetter(0)), key=itemgetter(0)):
        sides = {side: values for _key, side, values in rows}
        if FACT not in sides:
            if line_id not in waiting:
                yield f"{source}: order line {line_id} is a completed sale, but has no fact"
        elif SALE not in sides:
            yield f"{source}: there is a fact, but order line {line_id} is no completed sale"
        else:
            yield from _unequal(sides[SALE], sides[FACT])


def _unequal(sale: Values, fact: Values) -> Iterator[str]:
    for field in FIELDS:
        if sale[field] != fact[field]:
            yield f"{fact['source']}: {field} is {fact[field]!r}, its order line says {sale[field]!r}"


def _sold() -> Iterator[Side]:
    for line in db.session.execute(sold_lines().execution_options(yield_per=BATCH)):
        values = fact_of(line)
        yield (line.id, values["source"]), SALE, values


def _stored() -> Iterator[Side]:
    facts = select(SaleFact.__table__).order_by(SaleFact.order_line_id, SaleFact.source)
    for fact in db.session.execute(facts.execution_options(yield_per=BATCH)):
        yield (fact.order_line_id, fact.source), FACT, dict(fact._mapping)


def _waiting_lines() -> set[int]:
    """Lines of completed seller orders whose event no worker has handed on yet."""
    waits = (OutboxEvent.kind == COMPLETED, OutboxEvent.handled_at.is_(None))
    events = db.session.scalars(select(OutboxEvent.payload).where(*waits))
    orders = {payload["seller_order_id"] for payload in events}
    return set(db.session.scalars(select(OrderLine.id).where(OrderLine.seller_order_id.in_(orders))))
