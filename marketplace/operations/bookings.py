"""Reads postings for a person: of a day or of one order, with their lines and the order they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from marketplace.extensions import db
from marketplace.kit.clock import start_of_day
from marketplace.ledger.models import Entry, Posting
from marketplace.orders.models import Order, SellerOrder
from marketplace.payments.models import PaymentAttempt


@dataclass(frozen=True)
class Booking:
    """A posting: lines are (account, rupiah), debit positive. `order_number` is empty where there is none."""

    happened_at: datetime
    kind: str
    reference: str
    lines: tuple[tuple[str, int], ...]
    order_number: str

    @property
    def told_of(self) -> str:
        """The number a person knows it by: of the order that was paid, or of the seller order."""
        known = self.order_number if self.kind == "payment" else self.reference.partition(":")[0]
        return known if self.order_number else self.reference

    @property
    def total(self) -> int:
        """The sum of all lines, which has to be zero."""
        return sum(amount for _account, amount in self.lines)

    @property
    def balanced(self) -> bool:
        """Whether there are lines, and they sum to zero."""
        return bool(self.lines) and not self.total


def of_day(day: date, *, limit: int, offset: int) -> list[Booking]:
    """The postings of a WIB day, the newest first."""
    rows = select(Posting).where(_on(day)).order_by(Posting.happened_at.desc(), Posting.id.desc())
    return _read(rows.limit(limit).offset(offset))


def count_of_day(day: date) -> int:
    """How many postings a WIB day has."""
    return db.session.scalar(select(func.count(Posting.id)).where(_on(day))) or 0


def of_order(keys: Sequence[str], numbers: Sequence[str]) -> list[Booking]:
    """The postings about payments of these keys and seller orders of these numbers, the oldest first."""
    about = or_(
        (Posting.kind == "payment") & Posting.reference.in_(keys),
        (Posting.kind == "sale") & Posting.reference.in_(numbers),
        *(
            Posting.kind.startswith("refund-") & Posting.reference.startswith(f"{number}:", autoescape=True)
            for number in numbers
        ),
    )
    return _read(select(Posting).where(about).order_by(Posting.happened_at, Posting.id))


def orders_of(references: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The order number behind each (kind, reference) of postings, where there is one."""
    wanted = list(references)
    keys = [reference for kind, reference in wanted if kind == "payment"]
    numbers = [reference.partition(":")[0] for kind, reference in wanted if kind != "payment"]
    paid = select(PaymentAttempt.key, Order.number).join_from(PaymentAttempt, Order)
    parts = select(SellerOrder.number, Order.number).join_from(SellerOrder, Order)
    by_key = _pairs(paid.where(PaymentAttempt.key.in_(keys)))
    by_number = _pairs(parts.where(SellerOrder.number.in_(numbers)))
    return {
        (kind, reference): by_key.get(reference, "")
        if kind == "payment"
        else by_number.get(reference.partition(":")[0], "")
        for kind, reference in wanted
    }


def _on(day: date) -> Any:
    since, until = start_of_day(day), start_of_day(day + timedelta(days=1))
    return (Posting.happened_at >= since) & (Posting.happened_at < until)


def _read(rows: Any) -> list[Booking]:
    found: list[Posting] = list(db.session.scalars(rows))
    lines: dict[int, list[tuple[str, int]]] = {posting.id: [] for posting in found}
    entries = select(Entry).where(Entry.posting_id.in_(list(lines))).order_by(Entry.id)
    for entry in db.session.scalars(entries):
        lines[entry.posting_id].append((entry.account, entry.amount))
    orders = orders_of((posting.kind, posting.reference) for posting in found)
    return [
        Booking(
            posting.happened_at,
            posting.kind,
            posting.reference,
            tuple(lines[posting.id]),
            orders[(posting.kind, posting.reference)],
        )
        for posting in found
    ]


def _pairs(rows: Any) -> dict[str, str]:
    return {name: number for name, number in db.session.execute(rows)}  # noqa: C416 - rows are no pairs yet
