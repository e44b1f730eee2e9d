"""Decides which goods of a shop a row means, what it would change, and does it by the rules of publishing.

A row means the goods with its own code; without one, or where no goods carry it yet, those with its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from marketplace.catalog import publishing, shelving, stocking
from marketplace.catalog.guessing import guess
from marketplace.catalog.imports import varying
from marketplace.catalog.imports.lines import Categories, Line
from marketplace.catalog.models import Product
from marketplace.catalog.photos import KeptPhoto
from marketplace.catalog.publishing import ProductDraft
from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.texts import noted
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
    variants = [variant.id for row in products.values() for variant in row.variants]
    held = stocking.held(variants, at=at) if products else {}
    return Goods(ids, products, held)


def draft_of(line: Line, product: Product | None, categories: Categories) -> ProductDraft:
    """What the goods would be after the row.

    Raises:
        Invalid: new goods without name, price or a category that can be told.
    """
    if product is None:
        return _new_draft(line, categories)
    first = varying.first_of(varying.choices(line, product), product)
    on_demand = _on_demand(product, first)
    unit = line.unit or product.unit
    same_unit = unit == product.unit
    # A weight in the row of another choice is that choice's own.
    weight = line.weight_g if first.row.number == line.number else None
    return ProductDraft(
        name=line.name or product.name,
        price=first.price,
        unit=unit,
        category_slug=line.category or product.category_slug,
        fulfilment=line.fulfilment or product.fulfilment,
        on_demand=on_demand,
        description=line.description or product.description,
        net_weight_g=product.net_weight_g if same_unit else None,
        shipping_weight_g=weight
        if weight is not None
        else (product.shipping_weight_g if same_unit else None),
        details=varying.details(line, product, on_demand=on_demand),
    )


def _on_demand(product: Product, first: varying.Choice) -> bool:
    known = product.variants[0].on_demand
    said = known if first.row.on_demand is None else first.row.on_demand
    if said != known and len(product.variants) > 1:
        raise Invalid("Barang ini punya beberapa pilihan. Ubah cara menghitungnya di halamannya.", "stok")
    return said


def _new_draft(line: Line, categories: Categories) -> ProductDraft:
    if not line.name:
        raise Invalid(_("Belum ada barang berkode %(code)s. Barang baru perlu nama.", code=line.code), "nama")
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
        details=varying.details(line, None, on_demand=bool(line.on_demand)),
    )


def changes(line: Line, product: Product, draft: ProductDraft) -> list[str]:
    """What a row changes about goods that are there, in words; empty: nothing.

    Raises:
        Invalid: it prices or counts goods of several choices without naming one.
    """
    said = varying.changes(line, product, on_demand=draft.on_demand)
    if said and len(product.variants) > 1 and not (line.variant or line.more):
        words = noted("Barang ini punya beberapa pilihan. Tulis nama pilihannya di kolom varian.")
        tiers_alone = line.tiers is not None and line.stock is None
        priced = tiers_alone or draft.price != product.variants[0].price
        raise Invalid(words, "harga" if priced else "stok")
    now_and_then = {
        "nama": (product.name, draft.name),
        "satuan": (product.unit, draft.unit),
        "kategori": (product.category_slug, draft.category_slug),
        "keterangan": (product.description, draft.description.strip()),
        "pengiriman": (product.fulfilment, draft.fulfilment),
    }
    said += [word for word, (old, new) in now_and_then.items() if old != new]
    if draft.shipping_weight_g not in (None, product.shipping_weight_g):
        said.append(_("berat"))
    if line.code and line.code != product.own_code:
        said.append(_("kode %(code)s", code=line.code))
    if line.photos and not product.photos:
        said.append(ngettext("%(num)s foto", "%(num)s foto", len(line.photos)))
    return said


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
    # Which row is that of the first choice is told by names, and these may change.
    counted = varying.first_of(varying.choices(line, product), product).row
    publishing.edit(product, draft, at=at, actor=actor)
    if photos and not product.photos:
        publishing.photograph(product, photos, at=at)
    if counted.stock is not None:
        seen = product.variants[0].on_hand if counted.seen is None else counted.seen
        shelving.recount(product, counted.stock, seen=seen, actor=actor, at=at)
    return "changed", product
