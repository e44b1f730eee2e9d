"""Decides how cash that changed hands is written down: one paid attempt of its seller order, once."""

from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import PAID, PaymentAttempt, PaymentSplit


def record(child: SellerOrder, *, at: datetime) -> None:
    """The seller, or its outlet, has the cash for a seller order since `at`. Repeating it changes nothing.

    Nothing for orders that were paid before, by another way.
    """
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
            created_at=at,
            paid_at=at,
            splits=[PaymentSplit(seller_order_id=child.id, asked=child.total, paid=child.total)],
        )
    )
    db.session.flush()
