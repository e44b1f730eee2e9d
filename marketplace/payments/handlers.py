"""Listens to the orders: money goes back when goods do not come, cash is written down when they do."""

from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import locked
from marketplace.orders.models import SellerOrder
from marketplace.payments import owing
from marketplace.payments.models import (
    CANCELLED,
    CREATED,
    DIRECT,
    EXPIRED,
    PAID,
    PENDING,
    UNDELIVERED,
    PaymentAttempt,
    PaymentSplit,
)


def return_money(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """A seller order ended without delivery: what was paid for it is owed back, by who has it."""
    rows = select(PaymentSplit).where(
        PaymentSplit.seller_order_id == event.payload["seller_order_id"], PaymentSplit.paid > 0
    )
    for split in db.session.scalars(rows).unique():
        owing.owe(split, reason=UNDELIVERED, at=event.happened_at)


def end_asking(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """A seller order ended unpaid: its seller is not to be paid any more. Money that comes still counts."""
    shares = select(PaymentSplit.attempt_id).where(
        PaymentSplit.seller_order_id == event.payload["seller_order_id"]
    )
    rows = select(PaymentAttempt).where(
        PaymentAttempt.id.in_(shares),
        PaymentAttempt.provider.in_(DIRECT),
        PaymentAttempt.status.in_((CREATED, PENDING)),
    )
    for attempt in db.session.scalars(locked(rows, of=PaymentAttempt)).unique():
        attempt.status = EXPIRED if event.kind == "seller_order.expired" else CANCELLED


def record_cash(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """Goods were handed over: if for cash, the seller has it, and that is one paid attempt of this order."""
    child = db.session.get_one(SellerOrder, event.payload["seller_order_id"])
    key = f"tunai-{child.number}"
    if child.prepaid or db.session.scalar(select(PaymentAttempt.id).where(PaymentAttempt.key == key)):
        return
    db.session.add(
        PaymentAttempt(
            key=key,
            order_id=child.order_id,
            provider=child.order.payment_method,
            reference=child.number,
            status=PAID,
            amount=child.total,
            created_at=event.happened_at,
            paid_at=event.happened_at,
            splits=[PaymentSplit(seller_order_id=child.id, asked=child.total, paid=child.total)],
        )
    )
