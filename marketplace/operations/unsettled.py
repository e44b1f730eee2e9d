"""Decides what a person has to look at: what a provider said and nobody could place, money owed to buyers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import and_, func, select

from marketplace.extensions import db
from marketplace.orders.models import Order, SellerOrder
from marketplace.payments import clawing, parked
from marketplace.payments.clawback_models import Clawback
from marketplace.payments.models import PaymentAttempt, PaymentSplit, ProviderEvent, Refund

MOST = 20
Row = TypeVar("Row")


@dataclass(frozen=True)
class Short(Generic[Row]):
    """The first rows of a list, and how many and how much (rupiah) the whole list is."""

    rows: Sequence[Row]
    count: int
    total: int = 0

    @property
    def more(self) -> int:
        """How many rows are not shown."""
        return self.count - len(self.rows)


class ParkedEvent(NamedTuple):
    """What a provider said (`amount` in rupiah), and what the attempt of that reference had asked for."""

    id: int
    received_at: datetime
    provider: str
    reference: str
    currency: str
    amount: int | None
    asked_currency: str | None
    asked: int | None
    why: str
    order_number: str | None


class OwedRefund(NamedTuple):
    """Money owed to the buyer of a seller order, in rupiah."""

    number: str
    order_number: str
    amount: int
    owed_at: datetime
    reason: str
    status: str
    way: str


def parked_events() -> Short[ParkedEvent]:
    """What a provider said that was set aside for a person, the newest first."""
    waits = parked.waits()
    same = and_(
        PaymentAttempt.provider == ProviderEvent.provider,
        PaymentAttempt.reference == ProviderEvent.reference,
    )
    rows = (
        select(
            ProviderEvent.id,
            ProviderEvent.received_at,
            ProviderEvent.provider,
            ProviderEvent.reference,
            ProviderEvent.currency,
            ProviderEvent.amount,
            PaymentAttempt.currency,
            PaymentAttempt.amount,
            ProviderEvent.why,
            Order.number,
        )
        .select_from(ProviderEvent)
        .outerjoin(PaymentAttempt, same)
        .outerjoin(Order, Order.id == PaymentAttempt.order_id)
        .where(waits)
        .order_by(ProviderEvent.received_at.desc(), ProviderEvent.id.desc())
        .limit(MOST)
    )
    count = db.session.scalar(select(func.count(ProviderEvent.id)).where(waits)) or 0
    return Short([ParkedEvent._make(row) for row in db.session.execute(rows)], count)


def waiting_clawbacks() -> int:
    """How many things that providers took back wait for a person."""
    rows = select(func.count(Clawback.id)).outerjoin(PaymentAttempt, PaymentAttempt.id == Clawback.attempt_id)
    return db.session.scalar(rows.where(clawing.waits())) or 0


def owed_refunds() -> Short[OwedRefund]:
    """Money that buyers still have to get back, the longest owed first."""
    owed = Refund.status != "succeeded"
    rows = (
        select(
            SellerOrder.number,
            Order.number,
            Refund.amount,
            Refund.owed_at,
            Refund.reason,
            Refund.status,
            Refund.way,
        )
        .select_from(Refund)
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .join(SellerOrder, SellerOrder.id == PaymentSplit.seller_order_id)
        .join(Order, Order.id == SellerOrder.order_id)
        .where(owed)
        .order_by(Refund.owed_at, Refund.id)
        .limit(MOST)
    )
    counted = select(func.count(Refund.id), func.coalesce(func.sum(Refund.amount), 0)).where(owed)
    count, total = db.session.execute(counted).one()
    return Short([OwedRefund(*row) for row in db.session.execute(rows)], count, int(total))
