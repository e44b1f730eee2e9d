"""Reads of the payouts for those who pay out: batches, one payout, the order lines behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import Page
from marketplace.ledger.models import Entry, Posting
from marketplace.orders.models import OrderLine, SellerOrder
from marketplace.payouts.models import Payout, PayoutBatch, PayoutItem, Settlement
from marketplace.payouts.sending import overdue_since
from marketplace.payouts.states import Status

PER_PAGE = 25
PORTION = 1_000


class BatchRow(NamedTuple):
    """A batch in the list; `total` rupiah are those of its payouts that were not taken back."""

    number: str
    created_at: datetime
    creator: str | None
    payouts: int
    total: int
    states: tuple[str, ...]


class Goods(NamedTuple):
    """A line of an order: what, how many, rupiah."""

    name: str
    variant: str
    quantity: int
    unit: str
    total: int


@dataclass(frozen=True)
class Claimed:
    """A line of the ledger in a payout (rupiah above zero are paid out), and the goods of its order."""

    payout_id: int
    happened_at: datetime
    kind: str
    reference: str
    amount: int
    goods: tuple[Goods, ...]

    @property
    def order_number(self) -> str:
        """The number of the seller order that it comes from."""
        return self.reference.partition(":")[0]


def batches(page: int) -> Page[BatchRow]:
    """The batches, the newest first."""
    total = db.session.scalar(select(func.count(PayoutBatch.id))) or 0
    rows = (
        select(PayoutBatch.id, PayoutBatch.number, PayoutBatch.created_at, User.name)
        .outerjoin(User, User.id == PayoutBatch.created_by)
        .order_by(PayoutBatch.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    found = db.session.execute(rows).all()
    states = _states([row.id for row in found])
    return Page(
        [BatchRow(row.number, row.created_at, row.name, *_summary(states.get(row.id, []))) for row in found],
        page,
        PER_PAGE,
        total,
    )


def batch_of(number: str) -> PayoutBatch:
    """A batch with its payouts.

    Raises:
        NotFound: there is none.
    """
    rows = select(PayoutBatch).where(PayoutBatch.number == number)
    batch = db.session.scalars(rows).unique().one_or_none()
    if batch is None:
        raise NotFound
    return batch


def payout_of(batch: str, number: str) -> Payout:
    """A payout of a batch.

    Raises:
        NotFound: there is none.
    """
    rows = select(Payout).join(PayoutBatch).where(PayoutBatch.number == batch, Payout.number == number)
    payout = db.session.scalars(rows).unique().one_or_none()
    if payout is None:
        raise NotFound
    return payout


def overdue(*, at: datetime) -> list[Payout]:
    """Payouts that were sent days ago and that nobody has confirmed, the longest waiting one first."""
    rows = select(Payout).where(Payout.status == Status.SENT.value, Payout.changed_at < overdue_since(at))
    return list(db.session.scalars(rows.order_by(Payout.changed_at, Payout.id)).unique())


def claimed(payout_ids: Iterable[int]) -> list[Claimed]:
    """The lines of payouts with the order lines behind them, in the order of the ledger."""
    return _with_goods(db.session.execute(_claims(payout_ids)).all())


def claimed_page(payout_id: int, page: int) -> Page[Claimed]:
    """The same of one payout, cut into pages: a shop that sells much has thousands of them. Three queries."""
    rows = _claims([payout_id]).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    total = db.session.scalar(select(func.count(PayoutItem.id)).where(PayoutItem.payout_id == payout_id))
    return Page(_with_goods(db.session.execute(rows).all()), page, PER_PAGE, total or 0)


def settlements(page: int) -> Page[Settlement]:
    """What came from providers to the bank, the newest first."""
    total = db.session.scalar(select(func.count(Settlement.id))) or 0
    rows = select(Settlement).order_by(Settlement.arrived_at.desc(), Settlement.id.desc())
    found = db.session.scalars(rows.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Page(list(found.unique()), page, PER_PAGE, total)


def _claims(payout_ids: Iterable[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(PayoutItem.payout_id, Posting.happened_at, Posting.kind, Posting.reference, Entry.amount)
        .join(Entry, Entry.id == PayoutItem.entry_id)
        .join(Posting, Posting.id == Entry.posting_id)
        .where(PayoutItem.payout_id.in_(list(payout_ids)))
        .order_by(PayoutItem.payout_id, Entry.id)
    )


def _with_goods(claims: Sequence[Row[*tuple[Any, ...]]]) -> list[Claimed]:
    """In portions, since a database takes only so many values in one question."""
    numbers = sorted({row.reference.partition(":")[0] for row in claims})
    goods: dict[str, list[Goods]] = {}
    for first in range(0, len(numbers), PORTION):
        goods |= _goods(numbers[first : first + PORTION])
    return [
        Claimed(
            row.payout_id,
            row.happened_at,
            row.kind,
            row.reference,
            -int(row.amount),
            tuple(goods.get(row.reference.partition(":")[0], ())),
        )
        for row in claims
    ]


def _goods(numbers: Iterable[str]) -> dict[str, list[Goods]]:
    rows = (
        select(
            SellerOrder.number,
            OrderLine.product_name,
            OrderLine.variant_name,
            OrderLine.quantity,
            OrderLine.unit,
            OrderLine.total,
        )
        .join(OrderLine, OrderLine.seller_order_id == SellerOrder.id)
        .where(SellerOrder.number.in_(list(numbers)))
        .order_by(OrderLine.id)
    )
    found: dict[str, list[Goods]] = {}
    for number, name, variant, quantity, unit, total in db.session.execute(rows):
        found.setdefault(number, []).append(Goods(name, variant, quantity, unit, total))
    return found


def _states(batch_ids: Sequence[int]) -> dict[int, list[tuple[str, int, int]]]:
    rows = (
        select(Payout.batch_id, Payout.status, func.count(), func.sum(Payout.net))
        .where(Payout.batch_id.in_(batch_ids))
        .group_by(Payout.batch_id, Payout.status)
    )
    found: dict[int, list[tuple[str, int, int]]] = {}
    for batch_id, status, count, net in db.session.execute(rows):
        found.setdefault(batch_id, []).append((status, count, int(net)))
    return found


def _summary(states: Sequence[tuple[str, int, int]]) -> tuple[int, int, tuple[str, ...]]:
    standing = {status for status, _count, _net in states}
    return (
        sum(count for _status, count, _net in states),
        sum(net for status, _count, net in states if status != Status.REJECTED),
        tuple(status.value for status in Status if status in standing),
    )
