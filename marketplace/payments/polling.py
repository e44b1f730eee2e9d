"""Decides when to ask the provider itself, so that a lost message heals within a quarter of an hour."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, case, or_, select

from marketplace.extensions import db
from marketplace.kit.errors import DomainError
from marketplace.kit.transaction import transaction
from marketplace.payments import receiving
from marketplace.payments.gateway import provider, providers
from marketplace.payments.models import CANCELLED, PENDING, PaymentAttempt

ASK_AFTER = timedelta(minutes=10)
ASK_EVERY = timedelta(minutes=4)
ASK_RARELY = timedelta(hours=1)
"""When the page's time is over: it is paid there no more, except through a code that was kept."""

ASK_UNTIL = timedelta(hours=25)
log = structlog.get_logger()


def ask_due(*, at: datetime, most: int = 50) -> int:
    """Ask about attempts that have been open for ten minutes; answers how many were asked."""
    rows = (
        select(PaymentAttempt.id)
        .where(
            PaymentAttempt.provider.in_(providers()),
            PaymentAttempt.status.in_((PENDING, CANCELLED)),
            PaymentAttempt.reference.is_not(None),
            PaymentAttempt.created_at <= at - ASK_AFTER,
            PaymentAttempt.created_at > at - ASK_UNTIL,
            or_(PaymentAttempt.asked_at.is_(None), PaymentAttempt.asked_at <= _asked_before(at)),
        )
        .order_by(PaymentAttempt.asked_at.nulls_first())
        .limit(most)
    )
    due = list(db.session.scalars(rows))
    for attempt_id in due:
        ask(attempt_id, at=at)
    return len(due)


def _asked_before(at: datetime) -> ColumnElement[datetime]:
    over = PaymentAttempt.expires_at <= at - ASK_AFTER
    return case((over, at - ASK_RARELY), else_=at - ASK_EVERY)


def ask(attempt_id: int, *, at: datetime) -> None:
    """Ask about one attempt and take the answer in as if the provider had sent it."""
    with transaction():
        attempt = db.session.get_one(PaymentAttempt, attempt_id)
        attempt.asked_at = at
        reference, code = attempt.reference, attempt.provider
    if reference is None:
        return
    try:
        report = provider(code).status(reference, at=at)
    except DomainError as error:
        log.warning("provider did not answer", attempt_id=attempt_id, error=error.message)
        return
    with transaction():
        receiving.receive(report, provider=code, at=at)
