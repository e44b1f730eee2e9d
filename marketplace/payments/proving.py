"""Decides how a buyer shows that a direct payment was sent, and what that changes: the order waits longer."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import func, select

from marketplace.catalog import stocking
from marketplace.extensions import db
from marketplace.kit import private_pictures
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import locked
from marketplace.orders import placing, steps
from marketplace.orders.deadlines import HOLD_AFTER_ATTEMPT
from marketplace.orders.states import Status
from marketplace.payments.models import CANCELLED, EXPIRED, PENDING, PaymentAttempt, PaymentProof

MOST = 8
PROOF_WAITS = timedelta(hours=48)
"""How long an order waits for an answer to its first proof: a weekend's two nights of a counter."""


def keep_picture(stream: IO[bytes], *, folder: Path) -> str:
    """Draw an uploaded proof anew and keep it in `folder`; answers its random key. Needs no transaction.

    Raises:
        UnusablePicture: it is no picture that can be used (field `bukti`).
        Unavailable: the disk is full.
    """
    return private_pictures.keep(stream, folder=folder, field="bukti")


def send(attempt_id: int, picture_key: str, *, at: datetime) -> PaymentProof:
    """The buyer shows a proof of a direct payment; the newest one counts.

    The first one makes an order that still waits for its money wait until `PROOF_WAITS` from now, with its
    goods held, so that it does not run out while the counter sleeps. Later ones do not: nobody holds goods
    for ever by sending pictures. A proof for an order that has run out is taken as well, so that late money
    finds its way.

    Raises:
        Conflict: the payment is confirmed already.
        Invalid: too many proofs were sent (field `bukti`).
    """
    rows = select(PaymentAttempt).where(PaymentAttempt.id == attempt_id)
    attempt = db.session.scalars(locked(rows, of=PaymentAttempt)).unique().one()
    if attempt.status not in (PENDING, EXPIRED, CANCELLED):
        raise Conflict("Pembayaran ini sudah dikonfirmasi, jadi bukti tidak diperlukan lagi.")
    earlier = db.session.scalar(
        select(func.count(PaymentProof.id)).where(PaymentProof.attempt_id == attempt.id)
    )
    if earlier and earlier >= MOST:
        raise Invalid(
            _("Paling banyak %(most)s bukti untuk satu pembayaran. Hubungi penjual.", most=MOST), "bukti"
        )
    proof = PaymentProof(attempt_id=attempt.id, picture_key=picture_key, sent_at=at)
    db.session.add(proof)
    db.session.flush()
    if not earlier:
        _wait_longer(attempt, at=at)
    child_id = attempt.splits[0].seller_order_id
    told = {"seller_order_id": child_id, "attempt_id": attempt.id}
    announce("payment.proof_sent", f"seller_order:{child_id}", told, at=at)
    return proof


def _wait_longer(attempt: PaymentAttempt, *, at: datetime) -> None:
    child_id = attempt.splits[0].seller_order_id
    steps.line_up([child_id])
    child = attempt.splits[0].seller_order
    until = at + PROOF_WAITS
    held_until = until + HOLD_AFTER_ATTEMPT
    if child.status != Status.AWAITING_PAYMENT or not child.deadline_at or child.deadline_at >= held_until:
        return
    try:
        stocking.hold(placing.wanted(child), reference=child.number, expires_at=held_until, at=at)
    except stocking.OutOfStock:
        # Its time was over and somebody else took the goods: it runs out, and the money is owed back.
        return
    child.deadline_at, attempt.expires_at = held_until, until
    db.session.flush()
