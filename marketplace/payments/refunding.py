"""Decides when money that is owed back is sent to the card it came from, and sends it once.

A refund is claimed in a short transaction, sent outside any, and settled in another one. An answer that does
not come is no failure: the refund stays `requested` and is asked about again under the same name, so a worker
may be cut at any point.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Update, and_, false, func, or_, select, true, update

from marketplace.extensions import db
from marketplace.kit.transaction import locked, transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.payments import clawing, giving_back
from marketplace.payments.gateway import providers
from marketplace.payments.models import (
    BY_BANK,
    BY_PROVIDER,
    FAILED,
    REQUESTED,
    SUCCEEDED,
    PaymentAttempt,
    PaymentSplit,
    Refund,
)
from marketplace.payments.provider import (
    Abilities,
    NotRefundable,
    PaymentProvider,
    ProviderRefused,
    ProviderUnavailable,
    RefundReport,
    RefundRequest,
)

ASK_AGAIN = timedelta(minutes=2)
"""Longer than the provider is waited for, so that who claimed a refund has either settled it or is gone."""

ASK_PENDING = timedelta(minutes=15)
FIRST_WAIT = timedelta(minutes=5)
MOST_TRIES = 8
"""The waits between them, from 5 minutes to 5 hours, sum to ten and a half hours: a provider's bad night, or
its balance filling up again. Then a person sends the money, so that the buyer has it within the week."""

log = structlog.get_logger()


def send_due(*, at: datetime, most: int = 20) -> int:
    """Send what is owed and ask about what is on its way; answers how many refunds got a step further.

    Opens transactions of its own. What a provider cannot send back is left to a person.
    """
    return sum(_send_through(gateway, at=at, most=most) for gateway in providers().values())


def _send_through(gateway: PaymentProvider, *, at: datetime, most: int) -> int:
    """Stops at the first silence of the provider: the others would wait as long."""
    due = select(Refund.id).where(Refund.due_at <= at, _sendable(gateway.can))
    rows = due.order_by(Refund.due_at, Refund.id)
    done = 0
    for refund_id in list(db.session.scalars(rows.limit(most))):
        request = _claim(refund_id, at=at)
        if request is None:
            continue
        try:
            report = gateway.refund(request)
        except ProviderUnavailable:
            log.warning("provider did not answer about a refund", refund_id=refund_id)
            break
        except ProviderRefused as refused:
            never = isinstance(refused, NotRefundable)
            report = RefundReport("", "failed", None, refused.reason, final=never)
        with transaction():
            done += _take_in(refund_id, request, report, at=at)
    return done


def _sendable(can: Abilities) -> ColumnElement[bool]:
    """Refunds of payments that lie at a provider and that it can send back."""
    whole = true() if can.part_refunds else PaymentAttempt.amount == Refund.amount
    lies_there = (
        select(PaymentSplit.id)
        .join(PaymentAttempt, PaymentAttempt.id == PaymentSplit.attempt_id)
        .where(PaymentAttempt.provider == can.code, PaymentAttempt.reference.is_not(None), whole)
        .correlate(Refund)
    )
    # Without a key, asking again after a lost answer could send the money twice.
    safe = true() if can.refunds_by_key else Refund.status != REQUESTED
    can_send = true() if can.refunds else false()
    in_doubt = select(PaymentSplit.id).where(
        PaymentSplit.id == Refund.split_id, clawing.holds_up(PaymentSplit.attempt_id)
    )
    known = or_(Refund.status == REQUESTED, ~in_doubt.exists())
    return and_(can_send, safe, known, Refund.way == BY_PROVIDER, Refund.split_id.in_(lies_there))


def _claim(refund_id: int, *, at: datetime) -> RefundRequest | None:
    """Take a refund to send it or to ask about it; None when somebody else has it or it has arrived.

    A provider cannot send back what it has paid out to our bank: then a person sends it from there.
    """
    with transaction():
        rows = select(Refund).where(Refund.id == refund_id)
        refund = db.session.scalars(locked(rows, of=Refund)).unique().one()
        if refund.way != BY_PROVIDER or refund.due_at is None or refund.due_at > at:
            return None
        if refund.status != REQUESTED:
            if db.session.scalar(select(clawing.holds_up(refund.split.attempt_id))):
                return None
            if refund.amount > _lying_at_provider(refund):
                refund.way, refund.due_at = BY_BANK, None
                return None
            refund.status, refund.sent_at = REQUESTED, at
            refund.attempts += 1
        refund.due_at = at + ASK_AGAIN
        paid = db.session.get_one(PaymentAttempt, refund.split.attempt_id)
        return RefundRequest(refund.key, refund.attempts, paid.reference or "", refund.amount)


def _lying_at_provider(refund: Refund) -> int:
    """Rupiah that a provider holds for us beyond the refunds that it has been asked for."""
    code = db.session.get_one(PaymentAttempt, refund.split.attempt_id).provider
    asked = (
        select(func.sum(Refund.amount))
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .join(PaymentAttempt, PaymentAttempt.id == PaymentSplit.attempt_id)
        .where(PaymentAttempt.provider == code, Refund.status == REQUESTED)
    )
    return balance(accounts.clearing(code)) - int(db.session.scalar(asked) or 0)


def _take_in(refund_id: int, request: RefundRequest, report: RefundReport, *, at: datetime) -> bool:
    """Write down what the provider said of one try, in the caller's transaction; repeating is harmless."""
    split = db.session.get_one(Refund, refund_id).split
    attempts = select(PaymentAttempt.id).where(PaymentAttempt.id == split.attempt_id)
    db.session.execute(locked(attempts, of=PaymentAttempt))
    moved = _moved(refund_id, request, report, at=at)
    if moved:
        db.session.expire_all()
        clawing.look_again(split.attempt_id, at=at)
    return moved


def _moved(refund_id: int, request: RefundRequest, report: RefundReport, *, at: datetime) -> bool:
    if report.kind == "succeeded" and report.amount == request.amount:
        return _settle(refund_id, request, report, at=at)
    if report.kind == "pending":
        return _step(refund_id, request, REQUESTED, reference=report.reference, due_at=at + ASK_PENDING)
    why = report.why or f"{report.kind}, amount {report.amount}"
    log.warning("refund failed", refund_id=refund_id, attempt=request.attempt, why=why)
    if report.final or request.attempt >= MOST_TRIES:
        return _step(refund_id, request, FAILED, error=why[:300], due_at=None, way=BY_BANK)
    wait = FIRST_WAIT * 2 ** (request.attempt - 1)
    return _step(refund_id, request, FAILED, error=why[:300], due_at=at + wait)


def _settle(refund_id: int, request: RefundRequest, report: RefundReport, *, at: datetime) -> bool:
    arrived = {"reference": report.reference, "settled_at": at, "due_at": None, "error": ""}
    if not _step(refund_id, request, SUCCEEDED, **arrived):
        return False
    giving_back.arrive(db.session.get_one(Refund, refund_id), at=at)
    return True


def _step(refund_id: int, request: RefundRequest, status: str, **values: object) -> bool:
    """Move a refund on from the try that was asked about; False when it stands elsewhere by now."""
    moved = update(Refund).where(
        Refund.id == refund_id, Refund.status == REQUESTED, Refund.attempts == request.attempt
    )
    return _one_row(moved.values(status=status, **values))


def _one_row(statement: Update) -> bool:
    return len(db.session.execute(statement.returning(Refund.id)).all()) == 1
