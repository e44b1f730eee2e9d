"""Decides how a shop begins: opened by a person for a village, verified by the village operator."""

from datetime import datetime

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.codes import slug as slug_of
from marketplace.kit.errors import Invalid
from marketplace.kit.outbox import announce
from marketplace.regions.models import VILLAGE, Region
from marketplace.sellers.models import KINDS, SUSPENDED, VERIFIED, Shop, ShopMember


def open_shop(
    owner: User | None,
    *,
    name: str,
    kind: str,
    village_code: str,
    phone: str,
    at: datetime,
    about: str = "",
    slug: str | None = None,
) -> Shop:
    """Open a shop; it can prepare goods at once and sells once it is verified. `phone` is E.164.

    Without an `owner` nobody of the shop has an account: the village's operator acts for it, with consent.

    Raises:
        Invalid: unknown kind or village.
    """
    if kind not in KINDS:
        raise Invalid("Pilih jenis usaha.", "jenis")
    village = db.session.get(Region, village_code)
    if village is None or village.level != VILLAGE:
        raise Invalid("Pilih desa atau kelurahan.", "desa")
    shop = Shop(
        slug=_free_slug(slug or slug_of(name)),
        name=name,
        kind=kind,
        about=about,
        phone=phone,
        village_code=village_code,
        created_at=at,
    )
    db.session.add(shop)
    db.session.flush()
    if owner is not None:
        db.session.add(ShopMember(shop_id=shop.id, user_id=owner.id, since=at))
        db.session.flush()
    return shop


def verify(shop: Shop, *, at: datetime) -> None:
    """The village stands for this shop: it may sell."""
    shop.status, shop.verified_at = VERIFIED, at
    _tell(shop, at)


def suspend(shop: Shop, *, at: datetime) -> None:
    """The shop may not sell for now; its goods leave the lists."""
    shop.status = SUSPENDED
    _tell(shop, at)


def _tell(shop: Shop, at: datetime) -> None:
    announce("shop.changed", f"shop:{shop.id}", {"shop_id": shop.id}, at=at)
    db.session.flush()


def _free_slug(wanted: str) -> str:
    taken = set(db.session.scalars(select(Shop.slug).where(Shop.slug.startswith(wanted, autoescape=True))))
    return next(
        candidate
        for candidate in (wanted, *(f"{wanted}-{n}" for n in range(2, 9999)))
        if candidate not in taken
    )
