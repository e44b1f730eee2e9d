"""Decides when a buyer must get money back."""

from datetime import datetime

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.payments.models import PaymentSplit, Refund


def owe(split: PaymentSplit, *, reason: str, at: datetime) -> Refund | None:
    """Owe the buyer what this share was paid and is not owed back yet; None when nothing is left to owe."""
    owed = db.session.scalar(select(func.sum(Refund.amount)).where(Refund.split_id == split.id)) or 0
    amount = split.paid - int(owed)
    if amount <= 0:
        return None
    refund = Refund(split_id=split.id, amount=amount, reason=reason, owed_at=at)
    db.session.add(refund)
    post(
        "refund-owed",
        f"{split.seller_order.number}:{split.id}:{reason}",
        [(accounts.ESCROW, amount), (accounts.BUYER_REFUNDS, -amount)],
        happened_at=at,
        at=at,
    )
    return refund
