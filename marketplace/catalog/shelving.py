"""Decides what a seller may write down about a shelf: what came, what was counted, what went otherwise.

Each becomes a movement with who and why. Additions and corrections are relative, so they lose nobody's
purchase; a count is absolute, and taken only if the shelf is still as the seller was shown it.
"""

import secrets
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.catalog import stocking
from marketplace.catalog.models import Product, Variant
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.outbox import announce
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked

# What a correction may be called, with its sign.
LESS = {
    "rusak": noted("Rusak"),
    "dipakai": noted("Dipakai sendiri"),
    "hilang": noted("Hilang"),
    "lain-kurang": noted("Lain, berkurang"),
}
MORE = {"ditemukan": noted("Ditemukan"), "lain-tambah": noted("Lain, bertambah")}
NEEDS_WORDS = ("lain-kurang", "lain-tambah")
MOST = 1_000_000


class StockChanged(Conflict):
    """The shelf is not as the seller was shown it: `on_hand` pieces lie there now. Nothing was changed."""

    def __init__(self, on_hand: int) -> None:
        super().__init__(_("Stok baru saja berubah menjadi %(left)s. Periksa lagi jumlahnya.", left=on_hand))
        self.on_hand = on_hand


def add(product: Product, pieces: int, *, note: str, actor: str, at: datetime) -> None:
    """Pieces came in: harvested, made, bought.

    Raises:
        Invalid: not above 0, or more than a million would lie there.
    """
    variant = _counted(product)
    if variant.on_hand + pieces > MOST:
        raise Invalid("Stok paling banyak 1.000.000.", "jumlah")
    reason = note.strip()[:200] or noted("Stok masuk")
    stocking.receive(variant, pieces, reference=_name("masuk", at), at=at, reason=reason, actor=actor)
    _said(product, at)


def recount(
    product: Product, on_hand: int, *, seen: int, actor: str, at: datetime, variant: Variant | None = None
) -> int:
    """The seller counted `on_hand` pieces, having been shown `seen`; the difference that was written.

    Counted is the first variant of the product, or `variant`, another one of it.

    Raises:
        StockChanged: somebody bought, cancelled or counted in between.
        Invalid: live orders hold more than that, or a negative count.
    """
    variant = _locked(product, variant)
    if on_hand == seen:
        _said(product, at)
        return 0
    if variant.on_hand != seen:
        raise StockChanged(variant.on_hand)
    change = stocking.count(
        variant, on_hand, reference=_name("hitung", at), at=at, reason=noted("Dihitung penjual"), actor=actor
    )
    _said(product, at)
    return change


def correct(product: Product, pieces: int, *, why: str, words: str, actor: str, at: datetime) -> int:
    """Pieces went or turned up otherwise; `why` is a key of `LESS` or `MORE`. The change that was written.

    Raises:
        Invalid: an unknown reason, another one without words, not above 0, or more than may leave the shelf.
    """
    if why not in LESS | MORE:
        raise Invalid("Pilih alasannya.", "alasan")
    if why in NEEDS_WORDS and not words.strip():
        raise Invalid("Tulis apa yang terjadi.", "catatan")
    if not 0 < pieces <= MOST:
        raise Invalid("Jumlah harus lebih dari 0.", "jumlah")
    change = pieces if why in MORE else -pieces
    reason = ". ".join(part for part in ((LESS | MORE)[why], words.strip()) if part)[:200]
    stocking.adjust(
        _counted(product), change, reference=_name("koreksi", at), at=at, reason=reason, actor=actor
    )
    _said(product, at)
    return change


def make_to_order(product: Product, on: bool, *, at: datetime) -> None:
    """Sell without counting pieces, or count again. Recorded pieces and live holds stay as they are."""
    variant = _locked(product)
    variant.on_demand = on
    product.updated_at = at
    announce("product.changed", f"product:{product.id}", {"product_id": product.id}, at=at)
    db.session.flush()


def _said(product: Product, at: datetime) -> None:
    """Somebody of the shop looked at the shelf just now."""
    product.updated_at = product.confirmed_at = at
    product.fresh = True


def _counted(product: Product) -> Variant:
    """The variant whose pieces are counted, locked.

    Raises:
        Conflict: it is made to order.
    """
    variant = _locked(product)
    if variant.on_demand:
        raise Conflict("Produk ini dibuat sesuai pesanan, jadi stoknya tidak dihitung.")
    return variant


def _locked(product: Product, variant: Variant | None = None) -> Variant:
    rows = select(Variant).where(Variant.id == (variant or product.variants[0]).id)
    return db.session.scalars(locked(rows, of=Variant)).unique().one()


def _name(kind: str, at: datetime) -> str:
    """A reference of its own: of one kind there is one movement per variant and reference."""
    return f"{kind}-{at:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
