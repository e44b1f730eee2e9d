"""Decides what a product says beyond photo, name and price: how it is sold, its season, its variants."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from marketplace.catalog import pricing, shelving, stocking
from marketplace.catalog.models import Product, Variant
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import Invalid
from marketplace.kit.money import MOST
from marketplace.kit.texts import noted
from marketplace.regions.queries import is_village

MOST_VARIANTS = 20
MOST_AT_ONCE = 9_999
AHEAD = timedelta(days=730)
# Withdrawn variants stand behind all that are sold: the first one in order is what a product is in lists.
BEHIND = 1_000

Tiers = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class VariantDraft:
    """A further variant. `id` is that of one which is there; `stock` pieces, of which `seen` were shown.

    Without a `stock` nobody has counted what is there. Weights in grams; left out, those of the product hold.
    A variant that is no longer sold is `withdrawn`.
    """

    name: str
    price: int
    stock: int | None = 0
    id: int | None = None
    seen: int = 0
    compare_price: int | None = None
    net_weight_g: int | None = None
    shipping_weight_g: int | None = None
    tiers: Tiers = ()
    withdrawn: bool = False


@dataclass(frozen=True)
class Details:
    """All that may be said. `variant_name`, `compare_price` and `tiers` are those of the first variant."""

    min_quantity: int = 1
    step: int = 1
    made_in_days: int | None = None
    harvest_from: date | None = None
    harvest_until: date | None = None
    order_until: date | None = None
    expected_on: date | None = None
    grade: str = ""
    brand: str = ""
    is_unggulan: bool = False
    origin_code: str = ""
    shelf_life_days: int | None = None
    expires_on: date | None = None
    length_cm: int | None = None
    width_cm: int | None = None
    height_cm: int | None = None
    variant_name: str = ""
    compare_price: int | None = None
    tiers: Tiers = ()
    variants: Sequence[VariantDraft] = ()


OF_THE_PRODUCT = (
    "min_quantity", "step", "made_in_days", "harvest_from", "harvest_until", "order_until", "expected_on",
    "grade", "brand", "is_unggulan", "origin_code", "shelf_life_days", "expires_on", "length_cm", "width_cm",
    "height_cm",
)  # fmt: skip


def describe(product: Product, said: Details, *, at: datetime, actor: str = "") -> None:
    """Say all of it about a product that has its first variant, price included. Flushes.

    A variant of the product that `said` does not name stays as it is.

    Raises:
        Invalid: a value that cannot be; the field names are those of the form (`varian-0-harga`).
        StockChanged: the shelf of a variant is not as the seller was shown it.
    """
    _check(product, said, day_wib(at))
    for name in OF_THE_PRODUCT:
        setattr(product, name, getattr(said, name))
    first = product.variants[0]
    first.name = said.variant_name.strip()
    _price(first, first.price, said.compare_price, said.tiers, "")
    own = {variant.id: variant for variant in product.variants[1:]}
    for place, draft in enumerate(said.variants):
        if draft.id is not None and draft.id not in own:
            raise Invalid("Pilihan ini bukan milik produk ini. Muat ulang halaman.", f"varian-{place}-nama")
        _vary(product, own.get(draft.id or 0), draft, place, at=at, actor=actor)
    db.session.flush()
    db.session.expire(product, ["variants"])


def reprice(variant: Variant, price: int) -> None:
    """Another price. An earlier one that is no dearer goes, so do prices by quantity that are no lower."""
    variant.price = price
    variant.compare_price = variant.compare_price if (variant.compare_price or 0) > price else None
    variant.tiers = [tier for tier in variant.tiers if tier[1] < price]


def _check(product: Product, said: Details, today: date) -> None:
    for value, field in ((said.min_quantity, "minimal"), (said.step, "kelipatan")):
        if not 1 <= value <= MOST_AT_ONCE:
            raise Invalid(_("Tulis angka dari 1 sampai %(most)s.", most=MOST_AT_ONCE), field)
    if said.origin_code and not is_village(said.origin_code):
        raise Invalid("Pilih desa asalnya.", "asal")
    _check_season(product, said, today)
    live = [draft for draft in said.variants if not draft.withdrawn]
    if len(live) + 1 > MOST_VARIANTS:
        raise Invalid(
            _("Paling banyak %(most)s pilihan untuk satu produk.", most=MOST_VARIANTS),
            "varian",
        )
    names = [said.variant_name.strip().lower(), *(draft.name.strip().lower() for draft in live)]
    if live and not names[0]:
        raise Invalid("Beri nama pilihan pertama, misalnya 250 gram.", "nama_pilihan")
    if len(set(names)) < len(names):
        raise Invalid("Dua pilihan bernama sama. Bedakan namanya.", "varian")


def _check_season(product: Product, said: Details, today: date) -> None:
    days = (said.harvest_from, said.harvest_until, said.order_until)
    if said.expected_on is None:
        if any(days):
            raise Invalid("Tulis juga mulai kapan barang dikirim.", "kirim_mulai")
        return
    if said.harvest_from and said.harvest_until and said.harvest_until < said.harvest_from:
        raise Invalid("Panen berakhir sebelum mulai. Periksa tanggalnya.", "panen_sampai")
    if said.order_until and said.order_until > said.expected_on:
        raise Invalid("Batas pesan harus sebelum barang mulai dikirim.", "pesan_sampai")
    if said.expected_on != product.expected_on and not today <= said.expected_on <= today + AHEAD:
        raise Invalid("Tulis tanggal dari hari ini sampai dua tahun lagi.", "kirim_mulai")


def _vary(
    product: Product, variant: Variant | None, draft: VariantDraft, place: int, *, at: datetime, actor: str
) -> None:
    """One further variant: a new one, a changed one, or one that is no longer sold."""
    if draft.withdrawn:
        if variant is not None:
            variant.withdrawn_at, variant.position = at, BEHIND
        return
    row = f"varian-{place}"
    if not 0 < len(draft.name.strip()) <= 60:
        raise Invalid("Beri nama pilihan ini, misalnya 500 gram.", f"{row}-nama")
    if not 0 < draft.price <= MOST:
        raise Invalid("Harga harus lebih dari Rp0.", f"{row}-harga")
    is_new = variant is None
    if variant is None:
        variant = Variant(product_id=product.id, position=_next_position(product), on_hand=0)
    variant.name, variant.on_demand = draft.name.strip(), product.variants[0].on_demand
    variant.net_weight_g, variant.shipping_weight_g = draft.net_weight_g, draft.shipping_weight_g
    _price(variant, draft.price, draft.compare_price, draft.tiers, f"{row}-")
    db.session.add(variant)
    db.session.flush()
    if variant.on_demand or draft.stock is None:
        return
    if not is_new:
        shelving.recount(product, draft.stock, seen=draft.seen, actor=actor, at=at, variant=variant)
    elif draft.stock:
        reference = f"awal-{secrets.token_hex(4)}"
        stocking.receive(
            variant, draft.stock, reference=reference, at=at, reason=noted("Stok awal"), actor=actor
        )


def _price(variant: Variant, price: int, compare_price: int | None, tiers: Tiers, row: str) -> None:
    if compare_price is not None and not price < compare_price <= MOST:
        raise Invalid("Harga semula harus lebih mahal daripada harga sekarang.", f"{row}harga_coret")
    try:
        checked = pricing.checked_tiers(price, tiers)
    except Invalid as refusal:
        raise Invalid(refusal.message, f"{row}tingkat") from refusal
    variant.price, variant.compare_price, variant.tiers = price, compare_price, checked


def _next_position(product: Product) -> int:
    last = select(func.max(Variant.position)).where(
        Variant.product_id == product.id, Variant.withdrawn_at.is_(None)
    )
    return (db.session.scalar(last) or 0) + 1
