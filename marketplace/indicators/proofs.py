"""Decides whether the facts and the orders agree, row by row and value by value."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators import facts
from marketplace.indicators.facts import (
    FIELDS,
    by_line,
    excluded_lines,
    exclusion_of,
    refund_of,
    refunded_lines,
    sale_of,
    sold_lines,
)
from marketplace.indicators.models import SaleFact
from marketplace.kit.outbox import OutboxEvent
from marketplace.orders.models import OrderLine
from marketplace.payments.models import RefundLine

BATCH = 2000
COMPLETED, REFUNDED = "seller_order.completed", "seller_order.refunded"
SALE, FACT = "sale", "fact"
_HAPPENED = {
    "sale": ("is a completed sale", "is no completed sale"),
    "refund": ("was refunded", "was not refunded"),
    "exclusion": ("was excluded", "was not excluded"),
}

Values = dict[str, Any]
Side = tuple[tuple[int, str], str, Values]


def differences(most: int = 100) -> list[str]:
    """Every disagreement between the facts and the completed lines and refunds; empty when all agree.

    One sentence each. Both are read once, side by side in the order of the line. A missing fact whose event
    still waits for the worker is late, not lost, and is not named. Beyond `most` sentences only the number of
    the others is told.
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
    waiting = _waiting()
    told = merge(_excluded(), _refunded(), _sold(), _stored(), key=itemgetter(0))
    for (line_id, source), rows in groupby(told, key=itemgetter(0)):
        sides = {side: values for _key, side, values in rows}
        so, otherwise = _HAPPENED[source.partition(":")[0]]
        if FACT not in sides:
            if source not in waiting:
                yield f"{source}: order line {line_id} {so}, but has no fact"
        elif SALE not in sides:
            yield f"{source}: there is a fact, but order line {line_id} {otherwise}"
        else:
            yield from _unequal(sides[SALE], sides[FACT])


def _unequal(sale: Values, fact: Values) -> Iterator[str]:
    for field in FIELDS:
        if sale[field] != fact[field]:
            yield f"{fact['source']}: {field} is {fact[field]!r}, its order line says {sale[field]!r}"


def _sold() -> Iterator[Side]:
    for line in db.session.execute(sold_lines().execution_options(yield_per=BATCH)):
        values = sale_of(line)
        yield (line.id, values["source"]), SALE, values


def _excluded() -> Iterator[Side]:
    for line in db.session.execute(excluded_lines().execution_options(yield_per=BATCH)):
        values = exclusion_of(line)
        yield (line.order_line_id, values["source"]), SALE, values


def _refunded() -> Iterator[Side]:
    for line in db.session.execute(by_line(refunded_lines()).execution_options(yield_per=BATCH)):
        values = refund_of(line)
        yield (line.order_line_id, values["source"]), SALE, values


def _stored() -> Iterator[Side]:
    stored = select(SaleFact.__table__).order_by(SaleFact.order_line_id, SaleFact.source)
    for fact in db.session.execute(stored.execution_options(yield_per=BATCH)):
        yield (fact.order_line_id, fact.source), FACT, dict(fact._mapping)


def _waiting() -> set[str]:
    """Sources of the facts whose event no worker has handed on yet."""
    orders = {payload["seller_order_id"] for payload in _payloads(COMPLETED)}
    lines = db.session.scalars(select(OrderLine.id).where(OrderLine.seller_order_id.in_(orders)))
    refunds = {payload["refund_id"] for payload in _payloads(REFUNDED)}
    parts = db.session.scalars(select(RefundLine.id).where(RefundLine.refund_id.in_(refunds)))
    return {f"{facts.SALE}{line_id}" for line_id in lines} | {f"{facts.REFUND}{part_id}" for part_id in parts}


def _payloads(kind: str) -> Iterable[dict[str, Any]]:
    waits = (OutboxEvent.kind == kind, OutboxEvent.handled_at.is_(None))
    return db.session.scalars(select(OutboxEvent.payload).where(*waits))
