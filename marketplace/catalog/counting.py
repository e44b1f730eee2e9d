"""Decides what happens to many counts that a shop saves at once: each stands alone, none loses a purchase."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from marketplace.catalog import stocking
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.shelving import MOST, StockChanged
from marketplace.extensions import db
from marketplace.kit.errors import Invalid, NotFound
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.sellers.models import Shop


class Count(NamedTuple):
    """What a seller was shown of a variant, and what they wrote; None: it is no number."""

    seen: int
    written: int | None


@dataclass
class Saved:
    """Which counts were written (change by variant id) and which were not, with the reason."""

    changed: dict[int, int] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    late: bool = False


def save(shop: Shop, counts: Mapping[int, Count], *, actor: str, at: datetime) -> Saved:
    """Write the counts that differ from what was shown; a row that cannot be taken holds up no other.

    A row whose shelf is another than the seller was shown is told the new number (`late`): somebody bought.

    Raises:
        NotFound: a variant of another shop, or withdrawn.
    """
    saved = Saved()
    rows = _locked(shop, [number for number, count in counts.items() if count.written != count.seen])
    products = _products(rows)
    for variant in rows:
        count = counts[variant.id]
        try:
            saved.changed[variant.id] = _write(variant, count, actor, at)
        except StockChanged as refusal:
            saved.refused[variant.id], saved.late = refusal.message, True
        except Invalid as refusal:
            saved.refused[variant.id] = refusal.message
        else:
            product = products[variant.product_id]
            product.updated_at = product.confirmed_at = at
            product.fresh = True
    db.session.flush()
    return saved


def _write(variant: Variant, count: Count, actor: str, at: datetime) -> int:
    if count.written is None or count.written > MOST:
        raise Invalid("Tulis jumlah stok dengan angka, misalnya 20.", "stok")
    if variant.on_demand:
        raise Invalid("Produk ini dibuat sesuai pesanan, jadi stoknya tidak dihitung.", "stok")
    if variant.on_hand != count.seen:
        raise StockChanged(variant.on_hand)
    reference = f"hitung-{at:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
    return stocking.count(
        variant, count.written, reference=reference, at=at, reason=noted("Dihitung penjual"), actor=actor
    )


def _locked(shop: Shop, variant_ids: list[int]) -> list[Variant]:
    """The rows in id order, as every purchase locks them."""
    rows = (
        select(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(variant_ids), Product.shop_id == shop.id, Variant.withdrawn_at.is_(None))
        .order_by(Variant.id)
    )
    found = list(db.session.scalars(locked(rows, of=Variant)).unique())
    if len(found) != len(set(variant_ids)):
        raise NotFound("Produk ini tidak ada di toko Anda.")
    return found


def _products(rows: list[Variant]) -> dict[int, Product]:
    wanted = select(Product).where(Product.id.in_({row.product_id for row in rows}))
    return {product.id: product for product in db.session.scalars(wanted).unique()}
