"""Decides when a buyer who has not paid a seller yet is reminded: once, when a third of the time is left."""

from datetime import datetime

from sqlalchemy import and_, or_, select, update

from marketplace.extensions import db
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import transaction
from marketplace.payments.methods import terms
from marketplace.payments.models import DIRECT, PENDING, PaymentAttempt, PaymentProof, PaymentSplit


def remind_due(*, at: datetime, most: int = 100) -> int:
    """Remind about direct payments whose time is nearly over and that no proof was sent for.

    Answers how many. Each is claimed by its own update, so that two who remind at once remind once. Opens
    transactions of its own.
    """
    nearly_over = or_(
        *(
            and_(PaymentAttempt.provider == code, PaymentAttempt.created_at <= at - terms(code).waits * 2 / 3)
            for code in DIRECT
        )
    )
    rows = (
        select(PaymentAttempt.id)
        .where(
            PaymentAttempt.status == PENDING,
            PaymentAttempt.reminded_at.is_(None),
            PaymentAttempt.expires_at > at,
            nearly_over,
            PaymentAttempt.id.not_in(select(PaymentProof.attempt_id)),
        )
        .order_by(PaymentAttempt.id)
        .limit(most)
    )
    done = 0
    for attempt_id in list(db.session.scalars(rows)):
        with transaction():
            done += _remind(attempt_id, at=at)
    return done


def _remind(attempt_id: int, *, at: datetime) -> bool:
    claimed = db.session.execute(
        update(PaymentAttempt)
        .where(
            PaymentAttempt.id == attempt_id,
            PaymentAttempt.status == PENDING,
            PaymentAttempt.reminded_at.is_(None),
        )
        .values(reminded_at=at)
        .returning(PaymentAttempt.id)
    ).all()
    if not claimed:
        return False
    child_id = db.session.scalars(
        select(PaymentSplit.seller_order_id).where(PaymentSplit.attempt_id == attempt_id)
    ).one()
    told = {"seller_order_id": child_id, "attempt_id": attempt_id}
    announce("payment.reminder", f"seller_order:{child_id}", told, at=at)
    return True
