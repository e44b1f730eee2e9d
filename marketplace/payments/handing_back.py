"""Decides how a person gives money back where no provider does: by bank transfer, or the seller by hand."""

from datetime import datetime

from sqlalchemy import select, update

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.orders.models import SellerOrder
from marketplace.payments import clawing, giving_back
from marketplace.payments.models import (
    BY_BANK,
    BY_PROVIDER,
    BY_SELLER,
    DUE,
    FAILED,
    SUCCEEDED,
    PaymentSplit,
    Refund,
)

OPEN = (DUE, FAILED)
LONGEST_NOTE = 300


def take_over(refund: Refund) -> None:
    """A person will send what the provider has not: not while it may be on its way there.

    Raises:
        Conflict: it is on its way, has arrived, or a person sends it already.
    """
    moved = update(Refund).where(Refund.id == refund.id, Refund.way == BY_PROVIDER, Refund.status.in_(OPEN))
    if not _one(moved.values(way=BY_BANK, due_at=None).returning(Refund.id)):
        raise Conflict("Dana ini sedang di perjalanan atau sudah ditangani. Muat ulang halaman ini.")


def sent_by_bank(refund: Refund, reference: str, *, actor: str, at: datetime) -> None:
    """The bank has transferred it, and calls that `reference`.

    Raises:
        Invalid: no reference.
        Conflict: the provider sends it, it is done, or it may be what the provider took back by itself.
    """
    if not reference.strip():
        raise Invalid("Tulis nomor referensi dari bank.", "referensi")
    if db.session.scalar(select(clawing.holds_up(refund.split.attempt_id))):
        raise Conflict(
            "Sebagian uang pembayaran ini ditarik penyedia dan belum jelas untuk apa. Putuskan itu dulu di "
            "“Dana ditarik penyedia”, supaya tidak terkirim dua kali."
        )
    _done(refund, BY_BANK, actor=actor, at=at, reference=reference.strip()[:120])


def given_by_seller(refund: Refund, note: str, *, actor: str, at: datetime) -> None:
    """The seller has given it back; `note` says how, for the buyer to read.

    Raises:
        Invalid: no note.
        Conflict: it is not the seller's to give, or it is done.
    """
    if not note.strip():
        raise Invalid("Tulis bagaimana uangnya Anda berikan. Pembeli akan membacanya.", "catatan")
    _done(refund, BY_SELLER, actor=actor, at=at, note=note.strip()[:LONGEST_NOTE])


def wanted_at(refund: Refund, *, bank: str, number: str, holder: str) -> None:
    """Where the buyer wants the money; only while a person still has to send it.

    Raises:
        Invalid: something is missing; `field` names it.
        Conflict: nobody needs it any more.
    """
    for field, value, words in (
        ("bank", bank, noted("Tulis nama banknya.")),
        ("nomor", number, noted("Tulis nomor rekeningnya.")),
        ("atas_nama", holder, noted("Tulis nama pemilik rekeningnya.")),
    ):
        if not value.strip():
            raise Invalid(words, field)
    digits = "".join(number.split()).replace("-", "").replace(".", "")
    if not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 34):
        raise Invalid("Nomor rekening hanya angka, 5 sampai 34 angka.", "nomor")
    kept = update(Refund).where(Refund.id == refund.id, Refund.way != BY_PROVIDER, Refund.status.in_(OPEN))
    where_to = {"bank": _short(bank, 40), "account_number": digits, "holder": _short(holder, 80)}
    if not _one(kept.values(**where_to).returning(Refund.id)):
        raise Conflict("Dana ini sudah dikirim, jadi rekeningnya tidak bisa diubah lagi.")


def refund_named(key: str, *, of: SellerOrder | None = None) -> Refund:
    """A refund by its key, locked; `of` only if it is one of that seller order.

    Raises:
        NotFound: there is none.
    """
    rows = select(Refund).where(Refund.key == key)
    if of is not None:
        shares = select(PaymentSplit.id).where(PaymentSplit.seller_order_id == of.id)
        rows = rows.where(Refund.split_id.in_(shares))
    refund = db.session.scalars(locked(rows, of=Refund)).unique().one_or_none()
    if refund is None:
        raise NotFound
    return refund


def _done(refund: Refund, way: str, *, actor: str, at: datetime, **told: str) -> None:
    done = update(Refund).where(Refund.id == refund.id, Refund.way == way, Refund.status.in_(OPEN))
    values = {"status": SUCCEEDED, "settled_at": at, "due_at": None, "done_by": actor, **told}
    if not _one(done.values(**values).returning(Refund.id)):
        raise Conflict("Dana ini sudah dicatat kembali, atau bukan Anda yang mengirimnya.")
    db.session.refresh(refund)
    giving_back.arrive(refund, at=at)


def _one(statement: object) -> bool:
    return len(db.session.execute(statement).all()) == 1  # type: ignore[call-overload]


def _short(text: str, most: int) -> str:
    return " ".join(text.split())[:most]
