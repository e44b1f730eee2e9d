"""Decides what a village says about a shop: approved, to be completed, suspended, reopened; who, and why.

A decision is judged by the shop's state under its lock, and by the last decision its author has seen.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.outbox import announce
from marketplace.kit.paging import Page
from marketplace.kit.transaction import locked
from marketplace.sellers import opening
from marketplace.sellers.models import APPLIED, SUSPENDED, VERIFIED, Shop, ShopMember, ShopReview

PER_PAGE = 30
MOST_REASON = 500


class Listed(NamedTuple):
    """A shop, and what was last said about it (None: put in by a command long ago)."""

    shop: Shop
    last: ShopReview | None


def approve(shop: Shop, *, by: User, at: datetime, seen: int | None = None) -> None:
    """The village stands for this shop: it may sell. `seen`: id of the last decision the person was shown.

    Raises:
        Conflict: decided by somebody else meanwhile, or it is the person's own shop.
    """
    _decide(shop, "verified", APPLIED, opening.verify, by=by, at=at, seen=seen)


def ask_to_complete(shop: Shop, reason: str, *, by: User, at: datetime, seen: int | None = None) -> None:
    """The application needs something more; `reason` tells the owner what.

    Raises:
        Conflict: as `approve`.
        Invalid: no reason.
    """
    _decide(shop, "returned", APPLIED, _stay, by=by, at=at, seen=seen, reason=_said(reason))


def resubmit(shop: Shop, *, by: User, at: datetime) -> None:
    """The owner has completed the application.

    Raises:
        Conflict: nobody has asked for that, or not any more.
    """
    kept = _lock(shop)
    last = last_review(kept)
    if kept.status != APPLIED or last is None or last.action != "returned":
        raise Conflict("Pengajuan toko ini tidak sedang menunggu dilengkapi.")
    _write(kept, "resubmitted", "", by, at)
    announce("shop.applied", f"shop:{kept.id}", {"shop_id": kept.id, "reason": ""}, at=at)


def suspend(shop: Shop, reason: str, *, by: User, at: datetime, seen: int | None = None) -> None:
    """The shop sells nothing for now; orders that are placed go on.

    Raises:
        Conflict, Invalid: as `ask_to_complete`.
    """
    _decide(shop, "suspended", VERIFIED, opening.suspend, by=by, at=at, seen=seen, reason=_said(reason))


def reopen(shop: Shop, reason: str, *, by: User, at: datetime, seen: int | None = None) -> None:
    """A suspended shop sells again.

    Raises:
        Conflict: as `approve`.
    """
    _decide(shop, "reopened", SUSPENDED, opening.resume, by=by, at=at, seen=seen, reason=reason[:MOST_REASON])


def last_review(shop: Shop) -> ShopReview | None:
    """What was last said about a shop."""
    rows = select(ShopReview).where(ShopReview.shop_id == shop.id).order_by(ShopReview.id.desc())
    return db.session.scalars(rows.limit(1)).first()


def reviews_of(shop: Shop) -> list[ShopReview]:
    """All that was said about a shop, the newest first, with the names of who said it."""
    rows = select(ShopReview).where(ShopReview.shop_id == shop.id).options(joinedload(ShopReview.by))
    return list(db.session.scalars(rows.order_by(ShopReview.id.desc())))


def reviewable(scopes: Sequence[str], slug: str) -> Shop:
    """A shop of the villages in someone's care.

    Raises:
        NotFound: unknown, or in somebody else's.
    """
    found = db.session.scalars(select(Shop).where(Shop.slug == slug, _within(scopes))).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def listed(scopes: Sequence[str], page: int) -> Page[Listed]:
    """The shops in someone's care: applications that wait for them, those that wait for owners, the rest."""
    last = aliased(ShopReview)
    newest = (
        select(func.max(ShopReview.id)).where(ShopReview.shop_id == Shop.id).correlate(Shop).scalar_subquery()
    )
    rows = select(Shop, last).outerjoin(last, last.id == newest).where(_within(scopes))
    waiting = case((Shop.status != APPLIED, 2), (last.action == "returned", 1), else_=0)
    ordered = rows.order_by(waiting, Shop.name, Shop.id).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    total = db.session.scalar(select(func.count(Shop.id)).where(_within(scopes))) or 0
    found = [Listed(shop, review) for shop, review in db.session.execute(ordered).unique()]
    return Page(found, page, PER_PAGE, total)


def lookalikes(shop: Shop) -> list[Shop]:
    """Other shops with the same phone, or the same name in the same village (letters and digits alone)."""
    near = or_(Shop.phone == shop.phone, Shop.village_code == shop.village_code)
    rows = db.session.scalars(select(Shop).where(Shop.id != shop.id, near).order_by(Shop.id)).unique()
    return [other for other in rows if other.phone == shop.phone or _bare(other.name) == _bare(shop.name)]


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _within(scopes: Sequence[str]) -> ColumnElement[bool]:
    if "" in scopes:
        return true()
    parts = [or_(Shop.village_code == one, Shop.village_code.startswith(f"{one}.")) for one in scopes]
    return or_(false(), *parts)


def _said(reason: str) -> str:
    if not reason:
        raise Invalid("Tulis alasannya; pemilik toko membacanya.", "alasan")
    return reason[:MOST_REASON]


def _stay(shop: Shop, *, at: datetime) -> None:
    """The state is the same afterwards."""


def _decide(
    shop: Shop,
    action: str,
    only_from: str,
    step: Callable[..., None],
    *,
    by: User,
    at: datetime,
    seen: int | None,
    reason: str = "",
) -> None:
    kept = _lock(shop)
    last = last_review(kept)
    if kept.status != only_from or (seen is not None and seen != (last.id if last else 0)):
        raise Conflict("Toko ini baru saja diputuskan orang lain. Lihat keadaannya yang terbaru di bawah.")
    if db.session.get(ShopMember, (kept.id, by.id)) is not None:
        raise Conflict("Ini toko Anda sendiri. Mintalah operator lain atau admin memeriksanya.")
    step(kept, at=at)
    _write(kept, action, reason, by, at)
    announce(f"shop.{action}", f"shop:{kept.id}", {"shop_id": kept.id, "reason": reason}, at=at)


def _write(shop: Shop, action: str, reason: str, by: User, at: datetime) -> None:
    db.session.add(ShopReview(shop_id=shop.id, action=action, reason=reason, by_id=by.id, at=at))
    db.session.flush()


def _lock(shop: Shop) -> Shop:
    return db.session.scalars(locked(select(Shop).where(Shop.id == shop.id), of=Shop)).unique().one()
