"""Decides how a shop begins: applied for by a person for a village; what is told of it later."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.codes import slug as slug_of
from marketplace.kit.errors import Invalid
from marketplace.kit.outbox import announce
from marketplace.kit.typed_words import one_line
from marketplace.regions.models import VILLAGE, Region
from marketplace.sellers import members
from marketplace.sellers.models import (
    APPLIED,
    KINDS,
    OWNER,
    SECTORS,
    SUSPENDED,
    VERIFIED,
    Shop,
    ShopMember,
    ShopReview,
)

MOST_WAITING = 3
"""So many applications of one person may wait at once; more would be a flood for the operator."""
# The seller's pages have these addresses where a shop has its slug.
RESERVED = ("baru",)


@dataclass(frozen=True)
class Facts:
    """What a shop may tell of itself. `sector`: a section of KBLI 2020. None: not answered, never guessed."""

    sector: str = ""
    registration: str | None = None
    workers: int | None = None
    woman_led: bool | None = None


NOTHING_TOLD = Facts()


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
    facts: Facts = NOTHING_TOLD,
) -> Shop:
    """Apply for a shop; it can prepare goods at once and sells once it is verified. `phone` is E.164.

    Without an `owner` nobody of the shop has an account: the village's operator acts for it, with consent.

    Raises:
        Invalid: unknown kind, sector or village, or too many applications of the same person wait.
    """
    if kind not in KINDS:
        raise Invalid("Pilih jenis usaha.", "jenis")
    _check(facts)
    if owner is not None and _waiting(owner) >= MOST_WAITING:
        raise Invalid(
            _(
                "Anda sudah punya %(most)s toko yang menunggu pemeriksaan. Tunggu jawaban operator dulu.",
                most=MOST_WAITING,
            )
        )
    shop = Shop(
        slug=_free_slug(slug or slug_of(name)),
        name=name,
        kind=kind,
        about=about,
        phone=phone,
        village_code=_village(village_code),
        created_at=at,
    )
    _tell_facts(shop, facts)
    db.session.add(shop)
    db.session.flush()
    if owner is not None:
        members.add(shop, owner, OWNER, by=owner, at=at)
    db.session.add(
        ShopReview(shop_id=shop.id, action="applied", reason="", by_id=owner.id if owner else None, at=at)
    )
    db.session.flush()
    announce("shop.applied", f"shop:{shop.id}", {"shop_id": shop.id, "reason": ""}, at=at)
    return shop


def describe(shop: Shop, *, phone: str, about: str, facts: Facts, at: datetime) -> None:
    """Say anew what the shop tells of itself.

    Raises:
        Invalid: an unknown sector, or a number of workers that cannot be.
    """
    _check(facts)
    shop.phone, shop.about = phone, about
    _tell_facts(shop, facts)
    _tell(shop, at)


def rename(shop: Shop, name: str, *, at: datetime) -> None:
    """Another name, as long as the village has not verified the first one; the address stays.

    Raises:
        Invalid: it has.
    """
    if shop.status != APPLIED:
        raise Invalid("Nama toko yang sudah disetujui tidak bisa diganti. Hubungi operator desa.", "nama")
    shop.name = name
    _tell(shop, at)


def move(shop: Shop, village_code: str, *, at: datetime) -> None:
    """Another village, as long as the first one has not verified the shop.

    Raises:
        Invalid: it has, or there is no such village.
    """
    if shop.status != APPLIED:
        raise Invalid("Desa toko yang sudah disetujui tidak bisa diganti. Hubungi operator desa.", "wilayah")
    shop.village_code = _village(village_code)
    _tell(shop, at)


def plain_shop_name(text: str) -> str:
    """A name with single spaces and without control characters.

    Raises:
        Invalid: shorter than 3 or longer than 80 letters.
    """
    name = one_line(text)
    if not 3 <= len(name) <= 80:
        raise Invalid("Nama toko antara 3 dan 80 huruf.", "nama")
    return name


def verify(shop: Shop, *, at: datetime) -> None:
    """The shop may sell. Whether it should is decided in `reviewing.py`."""
    shop.status, shop.verified_at = VERIFIED, at
    _tell(shop, at)


def suspend(shop: Shop, *, at: datetime) -> None:
    """The shop may not sell for now; its goods leave the lists."""
    shop.status = SUSPENDED
    _tell(shop, at)


def resume(shop: Shop, *, at: datetime) -> None:
    """The shop may sell again; since when it has been verified stays known."""
    shop.status = VERIFIED
    _tell(shop, at)


def _check(facts: Facts) -> None:
    if facts.sector and facts.sector not in SECTORS:
        raise Invalid("Pilih bidang usaha.", "bidang")
    if facts.workers is not None and not 0 <= facts.workers <= 10_000:
        raise Invalid("Tulis jumlah pekerja dengan angka, misalnya 3.", "pekerja")


def _tell_facts(shop: Shop, facts: Facts) -> None:
    shop.sector, shop.registration = facts.sector, facts.registration
    shop.workers, shop.woman_led = facts.workers, facts.woman_led


def _waiting(owner: User) -> int:
    rows = select(func.count(Shop.id)).join(ShopMember).where(ShopMember.user_id == owner.id)
    return db.session.scalar(rows.where(Shop.status == APPLIED, ShopMember.role == OWNER)) or 0


def _village(code: str) -> str:
    village = db.session.get(Region, code)
    if village is None or village.level != VILLAGE:
        raise Invalid("Pilih desa atau kelurahan.", "desa")
    return code


def _tell(shop: Shop, at: datetime) -> None:
    announce("shop.changed", f"shop:{shop.id}", {"shop_id": shop.id}, at=at)
    db.session.flush()


def _free_slug(wanted: str) -> str:
    taken = set(db.session.scalars(select(Shop.slug).where(Shop.slug.startswith(wanted, autoescape=True))))
    return next(
        candidate
        for candidate in (wanted, *(f"{wanted}-{n}" for n in range(2, 9999)))
        if candidate not in taken and candidate not in RESERVED
    )
