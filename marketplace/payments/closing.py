"""Decides how an attempt that is no longer wanted ends: here and at the provider, so that nobody pays it."""

import structlog
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.errors import DomainError
from marketplace.kit.transaction import locked, transaction
from marketplace.payments.gateway import provider
from marketplace.payments.models import CANCELLED, CREATED, DIRECT, PENDING, PaymentAttempt
from marketplace.payments.provider import HostedCheckout

log = structlog.get_logger()


def close(attempt_id: int) -> None:
    """End one open attempt, in a transaction of its own, then its page.

    If the provider cannot be reached, the page may still be paid: that money is taken as late.
    """
    with transaction():
        rows = select(PaymentAttempt).where(PaymentAttempt.id == attempt_id)
        attempt = db.session.scalars(locked(rows, of=PaymentAttempt)).unique().one()
        if attempt.status not in (CREATED, PENDING):
            return
        attempt.status = CANCELLED
        code, reference = attempt.provider, attempt.reference
        page = HostedCheckout(reference or "", attempt.address, attempt.expires_at or attempt.created_at)
    if reference:
        expire_page(code, page)


def expire_page(code: str, page: HostedCheckout) -> None:
    """Close the page of an ended attempt, if the provider can be reached."""
    try:
        provider(code).expire(page)
    except DomainError:
        log.warning("provider page left open", provider=code, reference=page.reference)


def close_open(order_id: int) -> None:
    """End the open attempts at a provider of an order, after the buyer has cancelled a part of it.

    Attempts to pay a seller directly are each about one part, and end with it (`handlers.end_asking`).
    """
    rows = select(PaymentAttempt.id).where(
        PaymentAttempt.order_id == order_id,
        PaymentAttempt.status.in_((CREATED, PENDING)),
        PaymentAttempt.provider.not_in(DIRECT),
    )
    for attempt_id in list(db.session.scalars(rows)):
        close(attempt_id)
