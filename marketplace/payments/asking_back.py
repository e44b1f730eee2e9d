"""Decides when to ask a provider whether it took back any of a payment, so that lost messages heal here too.

A young payment is asked about every ten minutes, an old one ever more rarely: after a tenth of its age, at
most a week. One of which money is in doubt is asked about every hour. After half a year nothing is asked.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, select

from marketplace.extensions import db
from marketplace.kit.errors import DomainError
from marketplace.kit.transaction import transaction
from marketplace.payments import receiving
from marketplace.payments.clawback_models import DISPUTED, OPEN, Clawback
from marketplace.payments.gateway import provider, providers
from marketplace.payments.models import PaymentAttempt
from marketplace.payments.polling import ask_each
from marketplace.payments.provider import ProviderUnavailable

SOONEST, LATEST = receiving.ASK_BACK_AFTER, timedelta(days=7)
IN_DOUBT = timedelta(hours=1)
ASK_UNTIL = timedelta(days=180)
"""Card networks take disputes for about four months, and a provider takes its time with them."""

log = structlog.get_logger()


def ask_due(*, at: datetime, most: int = 20) -> int:
    """Ask about payments whose time has come; answers how many were asked.

    Opens transactions of its own. A provider that does not answer is left alone until the next time.
    """
    rows = (
        select(PaymentAttempt.id, PaymentAttempt.provider)
        .where(
            PaymentAttempt.ask_back_at <= at,
            PaymentAttempt.provider.in_(providers()),
            PaymentAttempt.money.is_not(None),
        )
        .order_by(PaymentAttempt.ask_back_at)
        .limit(most)
    )
    return ask_each(rows, lambda attempt_id: ask(attempt_id, at=at))


def ask(attempt_id: int, *, at: datetime) -> bool:
    """Ask about one payment and take the answer in as if the provider had sent it; False where none came."""
    with transaction():
        attempt = db.session.get_one(PaymentAttempt, attempt_id)
        attempt.ask_back_at = _next(attempt, at)
        money, code = attempt.money, attempt.provider
    if money is None:
        return True
    try:
        reports = provider(code).taken_back(money, at=at)
    except DomainError as error:
        log.warning("provider did not answer", attempt_id=attempt_id, error=error.message)
        return not isinstance(error, ProviderUnavailable)
    for report in reports:
        with transaction():
            receiving.receive(report, provider=code, at=at)
    return True


def _next(attempt: PaymentAttempt, at: datetime) -> datetime | None:
    age = at - (attempt.paid_at or attempt.created_at)
    if age > ASK_UNTIL:
        return None
    judged = (Clawback.attempt_id == attempt.id) & (Clawback.kind == DISPUTED) & (Clawback.standing == OPEN)
    if db.session.scalar(select(exists().where(judged))):
        return at + IN_DOUBT
    return at + min(max(age / 10, SOONEST), LATEST)
