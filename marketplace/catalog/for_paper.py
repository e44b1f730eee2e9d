"""Decides what a printed catalogue or price list holds: goods on sale by shop and name, with all prices."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, func, select

from marketplace.catalog.cards import Card, cards
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.public import on_sale, shelf
from marketplace.extensions import db
from marketplace.kit.paging import Page
from marketplace.sellers.models import Shop


@dataclass(frozen=True)
class Price:
    """What one variant costs: its name (empty for goods of one kind), rupiah, cheaper from a quantity on."""

    label: str
    price: int
    tiers: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Ware:
    """A product on paper."""

    card: Card
    prices: Sequence[Price]


@dataclass(frozen=True)
class ShopWares:
    """The goods of one shop."""

    name: str
    slug: str
    wares: Sequence[Ware]


def goods(
    within: ColumnElement[bool],
    page: int,
    *,
    per_page: int,
    at: datetime,
    address: Callable[[int], str],
) -> Page[ShopWares]:
    """One page of the goods on sale for which `within` holds, by shop and name; `total` counts goods.

    Five queries, however many goods.
    """
    ground, wanted = shelf(priced=False), (on_sale(), within)
    total = db.session.scalar(select(func.count(Product.id)).select_from(ground).where(*wanted)) or 0
    page = min(page, max(1, -(-total // per_page)))
    rows = (
        select(Product.id, Product.slug)
        .select_from(ground)
        .where(*wanted)
        .order_by(Shop.name, Shop.id, Product.name, Product.id)
        .offset((page - 1) * per_page)
        .limit(per_page)
    )
    ids = {row.slug: row.id for row in db.session.execute(rows)}
    prices = _prices(list(ids.values()))
    wares = [Ware(card, prices[ids[card.slug]]) for card in cards(list(ids.values()), at=at)]
    shops = [
        ShopWares(name, slug, list(found))
        for (name, slug), found in groupby(wares, key=lambda ware: (ware.card.shop, ware.card.shop_slug))
    ]
    return Page(shops, page, per_page, total, address)


def _prices(ids: Sequence[int]) -> dict[int, list[Price]]:
    rows = (
        select(Variant.product_id, Variant.name, Variant.price, Variant.tiers)
        .where(Variant.product_id.in_(ids), Variant.withdrawn_at.is_(None))
        .order_by(Variant.product_id, Variant.position, Variant.id)
    )
    found: defaultdict[int, list[Price]] = defaultdict(list)
    for product_id, name, price, tiers in db.session.execute(rows):
        found[product_id].append(Price(name, price, tiers))
    return found
