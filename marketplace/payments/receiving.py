"""Decides what a provider's word changes: stored as it came, once; compared with what was asked; acted upon.

A late payment is taken where the goods are still there, and owed back where they are not. A wrong amount,
currency or order is parked for a person and never counts as paid. What is said of money that went back is
handed to `clawing.py`, whatever else the report tells.
"""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import alone_with, locked
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.orders import steps
from marketplace.payments import clawing, owing
from marketplace.payments.models import (
    CANCELLED,
    DIRECT,
    EXPIRED,
    FAILED,
    LATE,
    PAID,
    PAID_LATE,
    PARKED,
    PENDING,
    PaymentAttempt,
    ProviderEvent,
)
from marketplace.payments.provider import ProviderReport

Verdict = Literal["applied", "ignored", "parked", "seen"]
ABOUT_MONEY = ("refund", "dispute")
ASK_BACK_AFTER = timedelta(minutes=10)
"""When to ask first whether any of a payment was taken back; see `asking_back.py`."""


def receive(report: ProviderReport, *, provider: str, at: datetime) -> Verdict:
    """Take in one report of a provider within the caller's transaction. Repeating it changes nothing."""
    if report.money:
        # A payment and what is said of its money may arrive at once, and neither must miss the other.
        alone_with(f"money:{provider}:{report.money}")
    attempt = _attempt_of(report, provider)
    if attempt is not None and report.money:
        attempt.money = report.money
    verdict: Verdict = "seen"
    if not heard(report, provider=provider):
        verdict, why = _judge(report, attempt)
        _store(report, verdict, why, provider=provider, at=at)
        if attempt is not None and verdict == "applied" and report.kind not in ABOUT_MONEY:
            _apply(report, attempt, at)
    _take_back(report, attempt, provider=provider, at=at)
    db.session.flush()
    return verdict


def _attempt_of(report: ProviderReport, provider: str) -> PaymentAttempt | None:
    """The attempt that a report speaks of, by its page or by its money, locked.

    The lock comes first: two messages about one attempt are taken in one after the other.
    """
    named = (
        PaymentAttempt.money == report.money
        if report.kind in ABOUT_MONEY
        else PaymentAttempt.reference == report.reference
    )
    rows = select(PaymentAttempt).where(PaymentAttempt.provider == provider, named)
    return db.session.scalars(locked(rows, of=PaymentAttempt)).unique().one_or_none()


def _take_back(
    report: ProviderReport, attempt: PaymentAttempt | None, *, provider: str, at: datetime
) -> None:
    if report.kind in ABOUT_MONEY and not report.taken and attempt is not None:
        attempt.ask_back_at = at
    if report.kind == "failed" and not clawing.is_paid(attempt):
        # What was never paid cannot go back.
        return
    if report.taken and attempt is None:
        rows = select(PaymentAttempt).where(
            PaymentAttempt.provider == provider, PaymentAttempt.money == report.money
        )
        attempt = db.session.scalars(locked(rows, of=PaymentAttempt)).unique().one_or_none()
    for told in report.taken:
        clawing.hear(told, provider=provider, money=report.money, attempt=attempt, at=at)


def _store(report: ProviderReport, verdict: Verdict, why: str, *, provider: str, at: datetime) -> None:
    db.session.add(
        ProviderEvent(
            provider=provider,
            event_id=report.event_id,
            kind=report.kind,
            reference=report.reference,
            amount=report.amount,
            currency=report.currency,
            money=report.money,
            happened_at=report.happened_at,
            received_at=at,
            raw=report.raw,
            verdict=verdict,
            why=why,
        )
    )
    db.session.flush()


def heard(report: ProviderReport, *, provider: str) -> bool:
    """Whether this very report was taken in before."""
    rows = select(ProviderEvent.id).where(
        ProviderEvent.provider == provider, ProviderEvent.event_id == report.event_id
    )
    return db.session.scalar(rows) is not None


def _judge(report: ProviderReport, attempt: PaymentAttempt | None) -> tuple[Verdict, str]:
    if report.kind in ABOUT_MONEY:
        return ("applied" if report.taken else "ignored"), "" if attempt else "unknown payment"
    if attempt is None:
        return "parked" if report.kind == "paid" else "ignored", "unknown reference"
    if report.kind == "paid":
        return _judge_money(report, attempt)
    if _ends(report, attempt):
        return "applied", ""
    return "ignored", f"attempt is {attempt.status}"


def _judge_money(report: ProviderReport, attempt: PaymentAttempt) -> tuple[Verdict, str]:
    if attempt.status in (PAID, PAID_LATE):
        return "ignored", "paid already"
    if report.currency == attempt.currency and report.amount == attempt.amount:
        return "applied", ""
    if _parked_before(report, attempt):
        return "ignored", "parked already"
    asked, got = f"{attempt.currency} {attempt.amount}", f"{report.currency} {report.amount}"
    return "parked", f"asked {asked}, got {got}"


def _parked_before(report: ProviderReport, attempt: PaymentAttempt) -> bool:
    """Whether a person was told of this money: by a message first, then by the answer to a question.

    A page of a provider is paid once. What people confirm by hand may well have come twice.
    """
    same = select(ProviderEvent.id).where(
        ProviderEvent.provider == attempt.provider,
        ProviderEvent.reference == report.reference,
        ProviderEvent.verdict == PARKED,
        ProviderEvent.amount.is_not_distinct_from(report.amount),
        ProviderEvent.currency == report.currency,
    )
    return attempt.provider not in DIRECT and db.session.scalar(same.limit(1)) is not None


def _ends(report: ProviderReport, attempt: PaymentAttempt) -> bool:
    """Whether a word that nobody paid changes what is known; it may arrive behind a later one."""
    if report.kind == "expired":
        paid_after = attempt.paid_at is not None and report.happened_at <= attempt.paid_at
        return attempt.status in (PENDING, FAILED) or (attempt.status == PAID and paid_after)
    return report.kind == "failed" and attempt.status == PENDING


def _apply(report: ProviderReport, attempt: PaymentAttempt, at: datetime) -> None:
    if report.kind != "paid":
        ended = EXPIRED if report.kind == "expired" else FAILED
        attempt.status = PAID_LATE if attempt.status == PAID else ended
        return
    count_as_paid(attempt, happened_at=report.happened_at, at=at)


def count_as_paid(attempt: PaymentAttempt, *, happened_at: datetime, at: datetime) -> None:
    """What a locked attempt asked for is there since `happened_at`; its parts go on, or money goes back.

    The caller's transaction has stored who says so.
    """
    attempt.status = PAID_LATE if _is_late(attempt, happened_at) else PAID
    attempt.paid_at = happened_at
    if attempt.provider not in DIRECT:
        _book(attempt, happened_at, at)
    steps.line_up(split.seller_order_id for split in attempt.splits)
    for split in sorted(attempt.splits, key=lambda split: split.seller_order_id):
        split.paid = split.asked
        if not steps.mark_paid(split.seller_order_id, at=at):
            owing.owe(split, reason=LATE, at=at)
    if attempt.provider not in DIRECT:
        attempt.ask_back_at = at + ASK_BACK_AFTER
        clawing.adopt(attempt, at=at)


def _book(attempt: PaymentAttempt, happened_at: datetime, at: datetime) -> None:
    """Write down what a provider now holds for us. What went straight to a seller is not ours to book."""
    entries = [(accounts.ESCROW, -split.asked) for split in attempt.splits]
    post(
        "payment",
        attempt.key,
        [(accounts.clearing(attempt.provider), attempt.amount), *entries],
        happened_at=happened_at,
        at=at,
    )


def _is_late(attempt: PaymentAttempt, happened_at: datetime) -> bool:
    """Whether the time to pay was over: by our word, or by the provider's, in whatever sequence it came."""
    ours = (CANCELLED, EXPIRED) if attempt.provider in DIRECT else (CANCELLED,)
    if attempt.status in ours:
        return True
    over = select(ProviderEvent.id).where(
        ProviderEvent.provider == attempt.provider,
        ProviderEvent.reference == attempt.reference,
        ProviderEvent.kind == "expired",
        ProviderEvent.happened_at <= happened_at,
    )
    return db.session.scalar(over.limit(1)) is not None
