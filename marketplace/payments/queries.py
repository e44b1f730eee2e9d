"""Reads of the payments."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from marketplace.extensions import db
from marketplace.kit.rows import ask, table_of
from marketplace.payments.models import PaymentAttempt, PaymentSplit, Refund

# Built once: every look at an order asks whether there are any, which costs little; most have none.
_ATTEMPT = table_of(PaymentAttempt)
_TRIED = select(_ATTEMPT.c.id).where(_ATTEMPT.c.order_id == bindparam("order")).limit(1)
_ATTEMPTS = (
    select(PaymentAttempt)
    .where(PaymentAttempt.order_id == bindparam("order"))
    .order_by(PaymentAttempt.id.desc())
)


def payments_of(order_id: int) -> list[PaymentAttempt]:
    """All attempts to pay an order, newest first."""
    if not ask(_TRIED, order=order_id).all():
        return []
    return list(db.session.scalars(_ATTEMPTS, {"order": order_id}).unique())


def refunds_of(seller_order_ids: Sequence[int]) -> dict[int, list[Refund]]:
    """What is owed or was sent back to the buyer, by seller order, oldest first."""
    rows = (
        select(Refund)
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .where(PaymentSplit.seller_order_id.in_(seller_order_ids))
        .order_by(Refund.id)
    )
    found: dict[int, list[Refund]] = {}
    for refund in db.session.scalars(rows).unique():
        found.setdefault(refund.split.seller_order_id, []).append(refund)
    return found


def given_back(seller_order_id: int, *, since: datetime) -> int:
    """Rupiah that the buyer of a seller order was promised back since a moment."""
    total = db.session.scalar(
        select(func.sum(Refund.amount))
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .where(PaymentSplit.seller_order_id == seller_order_id, Refund.owed_at >= since)
    )
    return int(total or 0)
