"""Decides when a buyer must get money back, and how much."""

import uuid
from datetime import datetime

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.transaction import locked
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.payments.models import PaymentSplit, Refund


def owe(split: PaymentSplit, *, reason: str, at: datetime) -> Refund | None:
    """Owe the buyer what this share was paid and is not owed back yet; None when nothing is left to owe.

    What was paid straight to the seller is owed by the seller: the ledger never held it and stays as it is.
    """
    # Without the lock two reasons at once could each owe the whole of it.
    db.session.scalars(
        locked(select(PaymentSplit.id).where(PaymentSplit.id == split.id), of=PaymentSplit)
    ).one()
    owed = db.session.scalar(select(func.sum(Refund.amount)).where(Refund.split_id == split.id)) or 0
    amount = split.paid - int(owed)
    if amount <= 0:
        return None
    key = f"dmr-{uuid.uuid4().hex}"
    refund = Refund(split_id=split.id, amount=amount, reason=reason, owed_at=at, key=key, due_at=at)
    db.session.add(refund)
    if not split.seller_order.platform_collects:
        return refund
    post(
        "refund-owed",
        posting_name(split, reason),
        [(accounts.ESCROW, amount), (accounts.BUYER_REFUNDS, -amount)],
        happened_at=at,
        at=at,
    )
    return refund


def posting_name(split: PaymentSplit, reason: str) -> str:
    """What the postings of a refund refer to: when it is owed, and when it has been sent."""
    return f"{split.seller_order.number}:{split.id}:{reason}"
