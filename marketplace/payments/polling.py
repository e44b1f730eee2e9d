"""Decides when to ask the provider itself, so that a lost message heals within a quarter of an hour."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from marketplace.extensions import db
from marketplace.kit.errors import DomainError
from marketplace.kit.transaction import transaction
from marketplace.orders.deadlines import HOLD_AFTER_ATTEMPT
from marketplace.payments import receiving
from marketplace.payments.gateway import provider, providers
from marketplace.payments.models import CANCELLED, EXPIRED, FAILED, PENDING, PaymentAttempt
from marketplace.payments.provider import ProviderReport, ProviderUnavailable

ASK_AFTER = timedelta(minutes=10)
ASK_EVERY = timedelta(minutes=4)
ASK_RARELY = timedelta(hours=1)
"""The page's time is over, or the attempt has ended: paid no more, except through a code that was kept."""

ASK_UNTIL = timedelta(hours=25)
log = structlog.get_logger()


def ask_due(*, at: datetime, most: int = 50) -> int:
    """Ask about attempts that have been open for ten minutes; answers how many were asked.

    A provider that does not answer is left alone until the next time: all other questions would wait as long.
    """
    rows = (
        select(PaymentAttempt.id, PaymentAttempt.provider)
        .where(
            _askable(),
            PaymentAttempt.reference.is_not(None),
            PaymentAttempt.created_at <= at - ASK_AFTER,
            PaymentAttempt.created_at > at - ASK_UNTIL,
            or_(PaymentAttempt.asked_at.is_(None), PaymentAttempt.asked_at <= _asked_before(at)),
        )
        .order_by(PaymentAttempt.asked_at.nulls_first())
        .limit(most)
    )
    return ask_each(rows, lambda attempt_id: ask(attempt_id, at=at))


def ask_each(rows: Select[int, str], ask: Callable[[int], bool]) -> int:
    """Ask about each attempt (id and provider), but nobody again who gave no answer; how many were asked."""
    asked, silent = 0, set[str]()
    for attempt_id, code in db.session.execute(rows).all():
        if code in silent:
            continue
        asked += 1
        if not ask(attempt_id):
            silent.add(code)
    return asked


def _askable() -> ColumnElement[bool]:
    """Attempts that may still be paid: also ended ones, where the provider's end is not for good."""
    undecided = [code for code, gateway in providers().items() if not gateway.can.ends_for_good]
    return or_(
        and_(PaymentAttempt.provider.in_(providers()), PaymentAttempt.status.in_((PENDING, CANCELLED))),
        and_(PaymentAttempt.provider.in_(undecided), PaymentAttempt.status.in_((EXPIRED, FAILED))),
    )


def _asked_before(at: datetime) -> ColumnElement[datetime]:
    over = PaymentAttempt.expires_at <= at - ASK_AFTER
    ended = PaymentAttempt.status.in_((EXPIRED, FAILED))
    return case((or_(over, ended), at - ASK_RARELY), else_=at - ASK_EVERY)


def ask(attempt_id: int, *, at: datetime) -> bool:
    """Ask about one attempt and take the answer in as if the provider had sent it; False where none came."""
    with transaction():
        attempt = db.session.get_one(PaymentAttempt, attempt_id)
        attempt.asked_at = at
        reference, code, expires_at = attempt.reference, attempt.provider, attempt.expires_at
    if reference is None:
        return True
    try:
        report = provider(code).status(reference, at=at)
    except DomainError as error:
        log.warning("provider did not answer", attempt_id=attempt_id, error=error.message)
        return not isinstance(error, ProviderUnavailable)
    with transaction():
        receiving.receive(_ended(report, expires_at, at=at), provider=code, at=at)
    return True


def _ended(report: ProviderReport, expires_at: datetime | None, *, at: datetime) -> ProviderReport:
    """A page on which nothing is under way has expired once its time is over, also if nobody ever says so."""
    if report.kind != "idle" or expires_at is None or at < expires_at + HOLD_AFTER_ATTEMPT:
        return report
    return replace(
        report, kind="expired", event_id=f"over:{report.reference}", amount=None, happened_at=expires_at
    )
