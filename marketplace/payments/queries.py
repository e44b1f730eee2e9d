"""Reads of the payments."""

from collections.abc import Sequence

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.payments.models import PaymentAttempt, PaymentSplit, ProviderEvent, Refund


def payments_of(order_id: int) -> list[PaymentAttempt]:
    """All attempts to pay an order, newest first."""
    rows = (
        select(PaymentAttempt).where(PaymentAttempt.order_id == order_id).order_by(PaymentAttempt.id.desc())
    )
    return list(db.session.scalars(rows).unique())


def refunds_of(seller_order_ids: Sequence[int]) -> dict[int, int]:
    """Rupiah owed back or sent back to the buyer, by seller order."""
    rows = db.session.execute(
        select(PaymentSplit.seller_order_id, func.sum(Refund.amount))
        .join(Refund, Refund.split_id == PaymentSplit.id)
        .where(PaymentSplit.seller_order_id.in_(seller_order_ids))
        .group_by(PaymentSplit.seller_order_id)
    )
    return {seller_order_id: int(total) for seller_order_id, total in rows}


def parked() -> int:
    """How many provider events wait for a person."""
    return (
        db.session.scalar(select(func.count(ProviderEvent.id)).where(ProviderEvent.verdict == "parked")) or 0
    )
