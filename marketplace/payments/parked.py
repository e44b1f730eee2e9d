"""Decides what becomes of money that did not fit: a person says so, once, by name; the books follow.

A parked event stays as it came. What is decided about it is a row beside it that never changes.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.money import rupiah
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.orders.models import Order
from marketplace.orders.states import Status
from marketplace.payments import confirming, receiving
from marketplace.payments.gateway import HOLDING
from marketplace.payments.models import (
    ACCEPTED,
    BY_BANK,
    BY_PROVIDER,
    BY_SELLER,
    COUNTED,
    NOT_OURS,
    PAID,
    PAID_LATE,
    PARKED,
    RETURNED,
    ParkedDecision,
    PaymentAttempt,
    ProviderEvent,
)

POSTING = "parked-returned"
LONGEST_REFERENCE, LONGEST_NOTE = 80, 300


def posting_name(event_id: int) -> str:
    """What the posting of money that our bank sent back refers to."""
    return f"tertahan:{event_id}"


def waits() -> ColumnElement[bool]:
    """Parked events about which nobody has decided."""
    decided = select(ParkedDecision.id).where(ParkedDecision.event_id == ProviderEvent.id)
    return (ProviderEvent.verdict == PARKED) & ~decided.exists()


def ways_back(event: ProviderEvent) -> tuple[str, ...]:
    """Who can have sent the money back: our bank only known rupiah, the seller what he got."""
    if event.provider not in HOLDING:
        return (BY_SELLER,)
    return (BY_PROVIDER, BY_BANK) if _in_rupiah(event) else (BY_PROVIDER,)


def why_not(event: ProviderEvent, attempt: PaymentAttempt | None) -> str:
    """Why the money of an event cannot count for an attempt (None: not known yet which); empty if it can.

    What DesaMart holds is booked to the rupiah, so less than was asked pays for nothing. What went straight
    to a seller may be less: the seller waives the rest, as long as the goods are still held for it.
    """
    if not _in_rupiah(event):
        return str(_("Jumlahnya bukan rupiah, jadi tidak bisa dihitung."))
    if attempt is None:
        return "" if event.provider in HOLDING else str(_("Tidak ada pembayaran dengan nama ini."))
    if attempt.status in (PAID, PAID_LATE):
        return str(_("Pembayaran itu sudah lunas, jadi uang ini lebihnya."))
    if (event.amount or 0) >= attempt.amount:
        return ""
    if event.provider in HOLDING:
        return str(_("Yang datang kurang dari %(amount)s yang diminta.", amount=rupiah(attempt.amount)))
    waiting = all(split.seller_order.status == Status.AWAITING_PAYMENT for split in attempt.splits)
    return "" if waiting else str(_("Yang datang kurang, dan pesanannya tidak lagi menunggu pembayaran."))


def give_back(event_id: int, *, way: str, reference: str, note: str, by: int, at: datetime) -> ParkedDecision:
    """The payer has the money back. What our bank sent, it has yet to get from the provider: that is booked.

    Raises:
        Conflict: somebody has decided already.
        Invalid: this money cannot go that way, or the bank's reference is missing.
    """
    event = _undecided(event_id)
    if way not in ways_back(event):
        raise Invalid("Uang ini tidak bisa kembali dengan cara itu.", "hasil")
    _needs(reference, noted("Tulis nomor referensi pengirimannya."), "referensi")
    sent = (event.amount or 0) if way == BY_BANK else 0
    made = ParkedDecision(outcome=RETURNED, way=way, counted=0, returned=sent)
    return _keep(made, event, reference=reference, note=note, by=by, at=at)


def count(
    event_id: int, *, order_number: str, reference: str, note: str, by: int, at: datetime
) -> ParkedDecision:
    """The money pays for an attempt, which from now on is paid with what it asked for.

    Of an unknown reference, `order_number` says which: its attempt whose own reference was never written.
    What DesaMart got beyond what was asked must have gone back from the bank, under `reference`.

    Raises:
        Conflict: somebody has decided already, or the money cannot count (any more).
        Invalid: no such attempt, or the reference of what went back, or the reason, is missing.
    """
    event = _undecided(event_id)
    attempt = attempt_of(event, lock=True) or _nameless(event, order_number)
    refusal = why_not(event, attempt)
    if refusal:
        raise Conflict(refusal)
    _needs(note, noted("Tulis mengapa jumlah ini diterima."), "catatan")
    beyond = (event.amount or 0) - attempt.amount if event.provider in HOLDING else 0
    if beyond:
        words = _(
            "Kembalikan dulu kelebihan %(amount)s lewat bank, lalu tulis referensinya.", amount=rupiah(beyond)
        )
        _needs(reference, words, "referensi")
    attempt.reference = event.reference
    attempt.money = event.money or event.reference
    made = ParkedDecision(
        outcome=COUNTED, way=BY_BANK if beyond else "", counted=attempt.amount, returned=beyond
    )
    made.attempt = attempt
    kept = _keep(made, event, reference=reference, note=note, by=by, at=at)
    receiving.count_as_paid(attempt, happened_at=event.happened_at, at=at)
    confirming.decide_proofs(attempt, ACCEPTED, by=by, at=at)
    return kept


def dismiss(event_id: int, *, note: str, by: int, at: datetime) -> ParkedDecision:
    """There is no such money of ours: a wrong word, or another's. Nothing is booked.

    Raises:
        Conflict: somebody has decided already.
        Invalid: no reason.
    """
    event = _undecided(event_id)
    _needs(note, noted("Tulis alasannya."), "catatan")
    made = ParkedDecision(outcome=NOT_OURS, way="", counted=0, returned=0)
    return _keep(made, event, reference="", note=note, by=by, at=at)


def attempt_of(event: ProviderEvent, *, lock: bool = False) -> PaymentAttempt | None:
    """The attempt that an event speaks of, if one has that reference."""
    rows = select(PaymentAttempt).where(
        PaymentAttempt.provider == event.provider, PaymentAttempt.reference == event.reference
    )
    wanted = locked(rows, of=PaymentAttempt) if lock else rows
    return db.session.scalars(wanted).unique().one_or_none()


def decision_of(event_id: int) -> ParkedDecision | None:
    """What was decided about an event, if anything was."""
    rows = select(ParkedDecision).where(ParkedDecision.event_id == event_id)
    return db.session.scalars(rows).unique().one_or_none()


def _undecided(event_id: int) -> ProviderEvent:
    rows = select(ProviderEvent).where(ProviderEvent.id == event_id, ProviderEvent.verdict == PARKED)
    event = db.session.scalars(locked(rows, of=ProviderEvent)).one_or_none()
    if event is None:
        raise NotFound
    if decision_of(event_id) is not None:
        raise Conflict("Uang ini sudah diputuskan. Muat ulang halaman ini.")
    return event


def _nameless(event: ProviderEvent, order_number: str) -> PaymentAttempt:
    """An attempt of the order that asks what came and whose page was never written down, locked.

    One with a page of its own is none: a refund would ask the provider for another payment.
    """
    rows = (
        select(PaymentAttempt)
        .join(Order, Order.id == PaymentAttempt.order_id)
        .where(
            Order.number == order_number.strip().upper(),
            PaymentAttempt.provider == event.provider,
            PaymentAttempt.reference.is_(None),
            PaymentAttempt.status.not_in((PAID, PAID_LATE)),
            PaymentAttempt.amount == event.amount,
        )
        .order_by(PaymentAttempt.id.desc())
        .limit(1)
    )
    found = db.session.scalars(locked(rows, of=PaymentAttempt)).unique().one_or_none()
    if found is None:
        raise Invalid("Tidak ada pembayaran dengan jumlah ini yang masih terbuka di pesanan itu.", "pesanan")
    return found


def _keep(
    made: ParkedDecision, event: ProviderEvent, *, reference: str, note: str, by: int, at: datetime
) -> ParkedDecision:
    made.event = event
    made.reference, made.note = reference.strip()[:LONGEST_REFERENCE], note.strip()[:LONGEST_NOTE]
    made.decided_by, made.decided_at = by, at
    db.session.add(made)
    db.session.flush()
    if made.returned:
        lines = [(accounts.clearing(event.provider), made.returned), (accounts.BANK, -made.returned)]
        post(POSTING, posting_name(event.id), lines, happened_at=at, at=at)
    return made


def _in_rupiah(event: ProviderEvent) -> bool:
    return event.currency == "IDR" and bool(event.amount)


def _needs(text: str, words: str, field: str) -> None:
    if not text.strip():
        raise Invalid(words, field)
