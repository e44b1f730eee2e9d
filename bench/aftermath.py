"""Decides what must be true of a database after something broke: orders whole, proofs hold."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, literal, or_, select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.outbox import OutboxEvent
from marketplace.operations import proofs
from marketplace.orders.models import Order, OrderLine, SellerOrder, SellerOrderEvent


@dataclass(frozen=True)
class Aftermath:
    """`orders` in the database, `unacknowledged` of them without an answer, `problems` in words."""

    orders: int
    unacknowledged: int
    problems: list[str]


def look(acknowledged: Iterable[str], *, without: Sequence[str] = ()) -> Aftermath:
    """Compare the database of the running application with the numbers of the orders that were answered.

    An order that is there without an answer is no fault: the answer may have been lost on its way. `without`
    names proofs that are left out.
    """
    told = list(acknowledged)
    there = set(db.session.scalars(select(Order.number)))
    problems = [
        f"order {number} was acknowledged twice" for number, times in Counter(told).items() if times > 1
    ]
    problems += [
        f"order {number} was acknowledged and is not there" for number in told if number not in there
    ]
    problems += [f"order {number} is not whole" for number in _broken()]
    db.session.remove()
    for proof in proofs.look(at=now()).proofs:
        if proof.name not in without:
            problems += [f"{proof.name}: {difference}" for difference in proof.differences]
    return Aftermath(len(there), len(there - set(told)), problems)


def number_of(location: str) -> str:
    """The order's number in the address that a checkout answers with."""
    return location.partition("?")[0].rpartition("/")[2]


def _broken() -> list[str]:
    """Orders without seller orders; seller orders without lines, a first step, or the event that tells."""
    childless = select(Order.number).where(
        ~select(SellerOrder.id).where(SellerOrder.order_id == Order.id).exists()
    )
    subject = literal("seller_order:") + cast(SellerOrder.id, String)
    parts = (
        select(OrderLine.id).where(OrderLine.seller_order_id == SellerOrder.id),
        select(SellerOrderEvent.id).where(SellerOrderEvent.seller_order_id == SellerOrder.id),
        select(OutboxEvent.id).where(OutboxEvent.subject == subject),
    )
    torn = select(SellerOrder.number).where(or_(*(~part.exists() for part in parts)))
    return [*db.session.scalars(childless), *db.session.scalars(torn)]
