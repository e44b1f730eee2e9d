"""Decides which goods of a shop a row means, what it would change, and does it by the rules of publishing.

A row means the goods with its own code; without one, or where no goods carry it yet, those with its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from marketplace.catalog import publishing, shelving, stocking
from marketplace.catalog.guessing import guess
from marketplace.catalog.imports.lines import Categories, Line
from marketplace.catalog.models import Product
from marketplace.catalog.photos import KeptPhoto
from marketplace.catalog.publishing import ProductDraft
from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.money import rupiah
from marketplace.sellers.models import Shop

DEFAULT_UNIT = "bungkus"


@dataclass
class Index:
    """The goods of a shop by their own codes and by name (without case); values are product ids."""

    codes: dict[str, int]
    names: dict[str, list[int]]
    coded: set[int]

    def find(self, line: Line) -> int | None:
        """The goods that a row means; None: new ones.

        Raises:
            Invalid: several carry its name.
        """
        if line.code in self.codes:
            return self.codes[line.code]
        found = self.names.get(line.name.casefold(), [])
        if line.code:
            found = [each for each in found if each not in self.coded]
        if len(found) > 1:
            raise Invalid("Ada beberapa barang bernama ini. Beri kode, lalu pakai kodenya.", "nama")
        return found[0] if found else None


def index_of(shop: Shop) -> Index:
    """All goods of the shop, by code and name; one query."""
    index = Index({}, {}, set())
    for row in db.session.execute(
        select(Product.id, Product.own_code, Product.name).where(Product.shop_id == shop.id)
    ):
        index.names.setdefault(row.name.casefold(), []).append(row.id)
        if row.own_code:
            index.codes[row.own_code] = row.id
            index.coded.add(row.id)
    return index


@dataclass(frozen=True)
class Goods:
    """The goods that some rows mean: ids by row (None: new), products by id, pieces held by variant."""

    ids: Mapping[int, int | None]
    products: Mapping[int, Product]
    held: Mapping[int, int]

    def of(self, line: Line) -> Product | None:
        """What a row means; None: new goods."""
        known = self.ids[line.number]
        return None if known is None else self.products[known]


def load(ids: Mapping[int, int | None], *, at: datetime) -> Goods:
    """Read the goods of some rows together, with variants, photos and what is set aside."""
    wanted = sorted({each for each in ids.values() if each is not None})
    rows = db.session.scalars(select(Product).where(Product.id.in_(wanted))).unique()
    products = {row.id: row for row in rows}
    held = stocking.held([row.variants[0].id for row in products.values()], at=at) if products else {}
    return Goods(ids, products, held)


def draft_of(line: Line, product: Product | None, categories: Categories) -> ProductDraft:
    """What the goods would be after the row.

    Raises:
        Invalid: new goods without name, price or a category that can be told.
    """
    if product is None:
        return _new_draft(line, categories)
    first = product.variants[0]
    unit = line.unit or product.unit
    same_unit = unit == product.unit
    return ProductDraft(
        name=line.name or product.name,
        price=line.price or first.price,
        unit=unit,
        category_slug=line.category or product.category_slug,
        fulfilment=line.fulfilment or product.fulfilment,
        on_demand=first.on_demand if line.on_demand is None else line.on_demand,
        description=line.description or product.description,
        net_weight_g=product.net_weight_g if same_unit else None,
        shipping_weight_g=line.weight_g
        if line.weight_g is not None
        else (product.shipping_weight_g if same_unit else None),
    )


def _new_draft(line: Line, categories: Categories) -> ProductDraft:
    if not line.name:
        raise Invalid(f"Belum ada barang berkode {line.code}. Barang baru perlu nama.", "nama")
    if line.price is None:
        raise Invalid("Barang baru perlu harga.", "harga")
    category = line.category or guess(line.name, categories)
    if not category:
        raise Invalid("Tulis kategorinya: dari namanya belum jelas.", "kategori")
    return ProductDraft(
        name=line.name,
        price=line.price,
        unit=line.unit or DEFAULT_UNIT,
        category_slug=category,
        fulfilment=line.fulfilment or "nasional",
        stock=line.stock or 0,
        on_demand=bool(line.on_demand),
        description=line.description,
        shipping_weight_g=line.weight_g,
    )


def changes(line: Line, product: Product, draft: ProductDraft) -> list[str]:
    """What a row changes about goods that are there, in words; empty: nothing.

    Raises:
        Invalid: it prices or counts goods of several variants.
    """
    first = product.variants[0]
    said = []
    if draft.price != first.price:
        said.append(f"harga {rupiah(first.price)} → {rupiah(draft.price)}")
    if line.stock is not None and (first.on_demand or line.stock != first.on_hand):
        said.append(f"stok {first.on_hand} → {line.stock}")
    elif draft.on_demand != first.on_demand:
        said.append("dibuat sesudah dipesan")
    if said and len(product.variants) > 1:
        words = "Barang ini punya beberapa pilihan. Ubah harga dan stoknya di halamannya."
        raise Invalid(words, "harga" if said[0].startswith("harga") else "stok")
    now_and_then = {
        "nama": (product.name, draft.name),
        "satuan": (product.unit, draft.unit),
        "kategori": (product.category_slug, draft.category_slug),
        "keterangan": (product.description, draft.description.strip()),
        "pengiriman": (product.fulfilment, draft.fulfilment),
    }
    said += [word for word, (old, new) in now_and_then.items() if old != new]
    if draft.shipping_weight_g not in (None, product.shipping_weight_g):
        said.append("berat")
    if line.code and line.code != product.own_code:
        said.append(f"kode {line.code}")
    if line.photos and not product.photos:
        said.append(f"{len(line.photos)} foto")
    return said


def leave_what_is_held(line: Line, product: Product, held: Mapping[int, int]) -> None:
    """Judge before the count is written what writing it would refuse.

    Raises:
        Invalid: fewer pieces than orders have set aside.
    """
    first = product.variants[0]
    set_aside = held.get(first.id, 0)
    if line.stock is not None and line.stock != first.on_hand and line.stock < set_aside:
        raise Invalid(f"{set_aside} sedang dipesan pembeli, jadi stok tidak bisa kurang dari itu.", "stok")


def take_over(
    line: Line,
    product: Product | None,
    *,
    shop: Shop,
    categories: Categories,
    photos: Sequence[KeptPhoto],
    actor: str,
    at: datetime,
) -> tuple[str, Product]:
    """Do what a row says, in the open transaction: `added`, `changed` or `unchanged`, and the goods.

    Its code is left to the caller, who writes those of many rows together.

    Raises:
        Invalid, Conflict: the rules of goods and stock refuse it; the caller undoes what was begun.
    """
    draft = draft_of(line, product, categories)
    if product is None:
        # The form asks for a photo, and so do we: what came without one is prepared and waits for it.
        product = publishing.publish(
            shop, replace(draft, photos=tuple(photos), hidden=not photos), at=at, actor=actor
        )
        return "added", product
    if not changes(line, product, draft):
        return "unchanged", product
    publishing.edit(product, draft, at=at, actor=actor)
    if photos and not product.photos:
        publishing.photograph(product, photos, at=at)
    if line.stock is not None:
        seen = product.variants[0].on_hand if line.seen is None else line.seen
        shelving.recount(product, line.stock, seen=seen, actor=actor, at=at)
    return "changed", product
