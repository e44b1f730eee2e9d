"""Decides how a permit is written down, what more it covers, and how a person of the village judges it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from marketplace.accounts.models import User
from marketplace.catalog.models import Product
from marketplace.catalog.permits import gaps
from marketplace.catalog.permits.kinds import KINDS, end_of, tidy
from marketplace.catalog.permits.models import (
    ENDINGS,
    MISTAKE,
    REJECTED,
    VERIFIED,
    Permit,
    PermitDecision,
    PermitExemption,
    PermitProduct,
)
from marketplace.catalog.permits.requirements import EXEMPT
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.outbox import announce
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.sellers.models import Shop, ShopMember

LONGEST_REASON = 300
OVER = noted("Izin ini sudah diakhiri oleh tokonya.")


@dataclass(frozen=True)
class PermitDraft:
    """What a shop says about a permit. Without products it covers all goods of the shop."""

    kind: str
    number: str
    holder: str
    issued_on: date | None = None
    expires_on: date | None = None
    picture_key: str = ""
    product_ids: tuple[int, ...] = ()


def record(
    shop: Shop, draft: PermitDraft, *, actor: str, at: datetime, follows: Permit | None = None
) -> Permit:
    """Write a permit down. It counts at once; goods that waited for it come back to the shelf by themselves.

    A P-IRT without a typed end ends with the year in its digits 14 and 15. `follows` is the permit it renews
    or corrects, which no longer counts beside it.

    Raises:
        Invalid: an unknown kind, no number or holder, an end before the beginning, a permit that is over.
        NotFound: a product of another shop.
        Conflict: another record follows that permit already.
    """
    ends = end_of(draft.kind, draft.number, draft.expires_on)
    _check(draft, ends, day_wib(at))
    if follows is not None and _is_followed(follows):
        raise Conflict("Izin ini sudah diperpanjang. Lihat catatan yang baru.")
    permit = Permit(
        shop_id=shop.id,
        kind=draft.kind,
        number=tidy(draft.number),
        holder=draft.holder.strip(),
        issued_on=draft.issued_on,
        expires_on=ends,
        picture_key=draft.picture_key,
        covers_all=not draft.product_ids,
        follows_id=follows.id if follows else None,
        added_by=actor,
        added_at=at,
    )
    db.session.add(permit)
    db.session.flush()
    _name(permit, draft.product_ids)
    gaps.close_filled(shop, at=at)
    return permit


def cover(permit: Permit, product_ids: Iterable[int], *, at: datetime) -> None:
    """The permit speaks of these products too.

    Raises:
        NotFound: a product of another shop.
        Conflict: it has been ended.
    """
    if permit.ended_at is not None:
        raise Conflict(OVER)
    known = set(
        db.session.scalars(select(PermitProduct.product_id).where(PermitProduct.permit_id == permit.id))
    )
    _name(permit, [one for one in product_ids if one not in known])
    gaps.close_filled(permit.shop, at=at)


def end(permit: Permit, *, why: str, words: str, actor: str, at: datetime) -> None:
    """The shop takes a permit for its own no more; what was written stays.

    One that was written down by mistake leaves those it followed as they are, and the last of them counts
    again; one that is revoked or no longer needed ends them with it. Goods that needed it are given notice by
    the nightly round, as if it had been rejected.

    Raises:
        Invalid: no such reason (field `alasan`).
        Conflict: it has been ended before, or is over by itself.
    """
    if why not in ENDINGS:
        raise Invalid("Pilih alasannya.", "alasan")
    kept = _locked(permit.id)
    if kept.ended_at is not None:
        raise Conflict(OVER)
    if kept.expires_on is not None and kept.expires_on < day_wib(at):
        raise Conflict("Masa berlaku izin ini sudah habis, jadi tidak perlu diakhiri.")
    said = words.strip()[:LONGEST_REASON]
    _end(kept, why, said, actor, at)
    while why != MISTAKE and kept.follows_id is not None:
        kept = _locked(kept.follows_id)
        if kept.ended_at is None:
            _end(kept, why, said, actor, at)
    db.session.flush()
    gaps.close_filled(kept.shop, at=at)


def _locked(permit_id: int) -> Permit:
    rows = select(Permit).where(Permit.id == permit_id)
    return db.session.scalars(locked(rows, of=Permit)).unique().one()


def _end(permit: Permit, why: str, words: str, actor: str, at: datetime) -> None:
    permit.ended_at, permit.ended_by, permit.end_reason, permit.end_words = at, actor, why, words


def decide(permit: Permit, *, verdict: str, reason: str, by: User, seen: str, at: datetime) -> None:
    """A person of the village looked at a permit: it is what it says (`verified`), or not (`rejected`, why).

    Each decision is kept; the latest counts, so that a mistake can be put right.

    Raises:
        Invalid: no such verdict, or a rejection without a reason (field `alasan`).
        Conflict: somebody decided since `seen`, the verdict that was shown; or it is their own shop, or their
            own record, written down to help the seller.
    """
    if verdict not in (VERIFIED, REJECTED):
        raise Invalid("Pilih hasil pemeriksaannya.", "putusan")
    words = reason.strip()[:LONGEST_REASON]
    if verdict == REJECTED and not words:
        raise Invalid("Tulis alasannya, supaya penjual bisa memperbaiki.", "alasan")
    mine = select(ShopMember.user_id).where(ShopMember.shop_id == permit.shop_id, ShopMember.user_id == by.id)
    if db.session.scalar(mine) is not None or permit.added_by.endswith(f":{by.id}"):
        raise Conflict("Izin yang Anda catat sendiri diperiksa oleh orang lain.")
    if permit.ended_at is not None:
        raise Conflict(OVER)
    changed = update(Permit).where(Permit.id == permit.id, Permit.verdict == seen).values(verdict=verdict)
    if not db.session.execute(changed.returning(Permit.id)).all():
        raise Conflict("Izin ini baru saja diperiksa orang lain. Lihat hasilnya di bawah.")
    db.session.add(
        PermitDecision(permit_id=permit.id, verdict=verdict, reason=words, decided_by=by.id, decided_at=at)
    )
    db.session.flush()
    db.session.refresh(permit)
    gaps.close_filled(permit.shop, at=at)
    if verdict == REJECTED:
        named = gaps.depend_on(permit)
        told = {
            "permit_id": permit.id,
            "shop_id": permit.shop_id,
            "product_ids": named,
            "days": gaps.AFTER_REJECTION,
        }
        announce("permit.rejected", f"permit:{permit.id}", told, at=at)


def exempt(product: Product, reason: str, *, actor: str, at: datetime) -> None:
    """The seller says that a product needs no distribution permit, or (empty reason) that it does after all.

    Raises:
        Invalid: a reason that the rules do not name.
    """
    if reason and reason not in EXEMPT:
        raise Invalid("Pilih alasannya.", "alasan")
    db.session.execute(delete(PermitExemption).where(PermitExemption.product_id == product.id))
    if reason:
        db.session.add(PermitExemption(product_id=product.id, reason=reason, stated_by=actor, stated_at=at))
    db.session.flush()
    gaps.close_filled(product.shop, at=at)


def _check(draft: PermitDraft, ends: date | None, today: date) -> None:
    if draft.kind not in KINDS:
        raise Invalid("Pilih jenis izinnya.", "jenis")
    if not 3 <= len(tidy(draft.number)) <= 40:
        raise Invalid("Tulis nomor izinnya, paling banyak 40 huruf.", "nomor")
    if not 3 <= len(draft.holder.strip()) <= 120:
        raise Invalid("Tulis nama pemegang izin, 3 sampai 120 huruf.", "pemegang")
    if draft.issued_on is not None and draft.issued_on > today:
        raise Invalid("Tanggal terbit tidak bisa di masa depan.", "terbit")
    if ends is not None and draft.issued_on is not None and ends < draft.issued_on:
        raise Invalid("Tanggal berakhir lebih awal dari tanggal terbit.", "berakhir")
    if ends is not None and ends < today:
        # The number itself may say so: digits 14 and 15 of a P-IRT.
        field = "berakhir" if draft.expires_on else "nomor"
        raise Invalid(
            _(
                "Izin ini sudah berakhir pada %(day)s. Perpanjang dulu, lalu catat yang baru.",
                day=format_date(ends, "d MMMM y"),
            ),
            field,
        )


def _is_followed(permit: Permit) -> bool:
    counts = (Permit.verdict != REJECTED, Permit.ended_at.is_(None))
    rows = select(Permit.id).where(Permit.follows_id == permit.id, *counts).limit(1)
    return db.session.scalar(rows) is not None


def _name(permit: Permit, product_ids: Iterable[int]) -> None:
    wanted = set(product_ids)
    mine = set(
        db.session.scalars(
            select(Product.id).where(Product.id.in_(wanted), Product.shop_id == permit.shop_id)
        )
    )
    if mine != wanted:
        raise NotFound("Produk ini tidak ada di toko Anda.")
    db.session.add_all(PermitProduct(permit_id=permit.id, product_id=one) for one in sorted(wanted))
    db.session.flush()
