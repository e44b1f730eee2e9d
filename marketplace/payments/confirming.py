"""Decides what a person's word about a direct payment changes: the money came, another sum came, it did not.

A confirmation travels the same road as a provider's message (`receiving.receive`): stored as it was said,
applied once and never twice, late money and wrong sums included.
"""

import json
import uuid
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import locked
from marketplace.payments import receiving
from marketplace.payments.models import (
    ACCEPTED,
    PAID,
    PAID_LATE,
    REFUSED,
    WAITING,
    PaymentAttempt,
    PaymentProof,
)
from marketplace.payments.provider import ProviderReport

LONGEST_REASON = 300


def accept(attempt_id: int, *, amount: int, by: int, at: datetime) -> receiving.Verdict:
    """Somebody (account id `by`) has seen `amount` rupiah in the account that a direct payment goes to.

    `applied`: it counts, and its proofs are accepted. `parked`: another sum than asked, which counts for
    nothing until the finance role has looked at it.

    Raises:
        Conflict: it was confirmed before.
    """
    attempt = _locked(attempt_id)
    if attempt.status in (PAID, PAID_LATE):
        raise Conflict("Pembayaran ini sudah dikonfirmasi.")
    verdict = receiving.receive(_report(attempt, amount, by=by, at=at), provider=attempt.provider, at=at)
    if verdict == "applied":
        decide_proofs(attempt, ACCEPTED, by=by, at=at)
    return verdict


def refuse(attempt_id: int, *, reason: str, by: int, at: datetime) -> None:
    """The waiting proofs show no money of ours; the buyer reads why, and may send another one.

    Raises:
        Invalid: no reason, or a long one (field `alasan`).
        Conflict: no proof waits, or the payment was confirmed.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            _("Tulis alasannya, paling banyak %(most)s huruf.", most=LONGEST_REASON),
            "alasan",
        )
    attempt = _locked(attempt_id)
    if attempt.status in (PAID, PAID_LATE):
        raise Conflict("Pembayaran ini sudah dikonfirmasi.")
    if not decide_proofs(attempt, REFUSED, by=by, at=at, reason=reason):
        raise Conflict("Tidak ada bukti yang menunggu jawaban.")


def decide_proofs(attempt: PaymentAttempt, verdict: str, *, by: int, at: datetime, reason: str = "") -> int:
    """Decide the proofs that wait; answers how many did."""
    rows = select(PaymentProof).where(PaymentProof.attempt_id == attempt.id, PaymentProof.verdict == WAITING)
    waiting = list(db.session.scalars(locked(rows.order_by(PaymentProof.id), of=PaymentProof)).unique())
    for proof in waiting:
        proof.verdict, proof.decided_by, proof.decided_at, proof.reason = verdict, by, at, reason
    db.session.flush()
    return len(waiting)


def _report(attempt: PaymentAttempt, amount: int, *, by: int, at: datetime) -> ProviderReport:
    said = {"attempt": attempt.key, "account": attempt.account_id, "amount": amount, "confirmed_by": by}
    return ProviderReport(
        event_id=f"hand:{uuid.uuid4().hex}",
        kind="paid",
        reference=attempt.reference or "",
        amount=amount,
        currency=attempt.currency,
        happened_at=at,
        raw=json.dumps({**said, "at": at.isoformat()}, sort_keys=True),
    )


def _locked(attempt_id: int) -> PaymentAttempt:
    rows = select(PaymentAttempt).where(PaymentAttempt.id == attempt_id)
    return db.session.scalars(locked(rows, of=PaymentAttempt)).unique().one()
