"""Listens to the orders: money goes back when goods do not come, cash is written down when they do."""

from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.orders.models import SellerOrder
from marketplace.payments import owing
from marketplace.payments.models import PAID, PaymentAttempt, PaymentSplit


def return_money(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """A seller order ended without delivery: what DesaMart holds for it is owed back.

    Cash went to the seller, who gives it back the same way.
    """
    rows = select(PaymentSplit).where(
        PaymentSplit.seller_order_id == event.payload["seller_order_id"], PaymentSplit.paid > 0
    )
    for split in db.session.scalars(rows).unique():
        if split.seller_order.platform_collects:
            owing.owe(split, reason="undelivered", at=event.happened_at)


def record_cash(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """Goods were handed over: if for cash, the seller has it, and that is one paid attempt of this order."""
    child = db.session.get_one(SellerOrder, event.payload["seller_order_id"])
    key = f"tunai-{child.number}"
    if child.platform_collects or db.session.scalar(
        select(PaymentAttempt.id).where(PaymentAttempt.key == key)
    ):
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
