"""Decides which goods a list shows: filters, order, page and the counts beside the filters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select
from sqlalchemy.sql.elements import UnaryExpression

from marketplace.catalog.cards import Card, buyable, cards
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.public import category, in_region, on_sale, shelf
from marketplace.extensions import db
from marketplace.kit.paging import Page
from marketplace.kit.texts import noted

RELEVANCE, NEWEST, CHEAPEST, DEAREST, BESTSELLING = "relevan", "terbaru", "termurah", "termahal", "terlaris"
SORTS = {
    RELEVANCE: noted("Paling sesuai"),
    NEWEST: noted("Terbaru"),
    CHEAPEST: noted("Harga terendah"),
    DEAREST: noted("Harga tertinggi"),
    BESTSELLING: noted("Terlaris"),
}
PER_PAGE = 24


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to. `ids` are the hits of a text search, best first (None = no text was given).

    `category` covers its subcategories, `region` everything below it; prices are rupiah, both ends included.
    """

    ids: tuple[int, ...] | None = None
    category: str = ""
    region: str = ""
    shop_id: int | None = None
    price_min: int | None = None
    price_max: int | None = None
    available_only: bool = False
    sort: str = RELEVANCE


def listing(
    wanted: Filter,
    page: int,
    *,
    at: datetime,
    per_page: int = PER_PAGE,
    address: Callable[[int], str] | None = None,
) -> Page[Card]:
    """One page of goods. A page beyond the last one is the last one."""
    total = _count(wanted, at)
    page = min(page, max(1, -(-total // per_page)))
    ids = _page_of_ids(wanted, page, per_page, at) if total else []
    found = Page(cards(ids, at=at), page, per_page, total)
    return replace(found, address=address) if address else found


def category_counts(wanted: Filter, *, at: datetime) -> dict[str, int]:
    """Numbers of goods by category slug under all filters but the category itself."""
    rows = (
        select(Product.category_slug, func.count(Product.id))
        .select_from(_ground(wanted))
        .where(*_conditions(replace(wanted, category=""), at))
        .group_by(Product.category_slug)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def _count(wanted: Filter, at: datetime) -> int:
    rows = select(func.count(Product.id)).select_from(_ground(wanted)).where(*_conditions(wanted, at))
    return db.session.scalar(rows) or 0


def _page_of_ids(wanted: Filter, page: int, per_page: int, at: datetime) -> Sequence[int]:
    rows = select(Product.id).select_from(_ground(wanted)).where(*_conditions(wanted, at))
    first = (page - 1) * per_page
    if wanted.ids is not None and wanted.sort == RELEVANCE:
        kept = {row.id: row.fresh for row in db.session.execute(rows.add_columns(Product.fresh))}
        return stepped_back([(found, kept[found]) for found in wanted.ids if found in kept])[
            first : first + per_page
        ]
    return list(db.session.scalars(rows.order_by(*_order(wanted.sort)).offset(first).limit(per_page)))


def stepped_back(hits: Sequence[tuple[int, bool]]) -> list[int]:
    """Hits, the best first, each fresh or not: those that are not step back by a page and are still found."""
    places = sorted((place + (0 if fresh else PER_PAGE), place) for place, (_id, fresh) in enumerate(hits))
    return [hits[place][0] for _moved, place in places]


def _ground(wanted: Filter) -> FromClause:
    """Prices are joined only where they are asked about."""
    bounded = wanted.price_min is not None or wanted.price_max is not None
    return shelf(priced=bounded or wanted.sort in (CHEAPEST, DEAREST))


def _conditions(wanted: Filter, at: datetime) -> list[ColumnElement[bool]]:
    conditions = [on_sale()]
    if wanted.ids is not None:
        conditions.append(Product.id.in_(wanted.ids))
    if wanted.category:
        node = category(wanted.category)
        conditions.append(Product.category_slug.in_(node.slugs if node else [wanted.category]))
    if wanted.region:
        conditions.append(in_region(wanted.region))
    if wanted.shop_id is not None:
        conditions.append(Product.shop_id == wanted.shop_id)
    if wanted.price_min is not None:
        conditions.append(Variant.price >= wanted.price_min)
    if wanted.price_max is not None:
        conditions.append(Variant.price <= wanted.price_max)
    if wanted.available_only:
        conditions.append(buyable(at))
    return conditions


def _order(sort: str) -> list[UnaryExpression[Any]]:
    """The order of a list; the id at the end makes it the same every time."""
    # In the order of the index ix_product_list: what was confirmed lately stands before what was not.
    newest: list[UnaryExpression[Any]] = [
        Product.fresh.desc(),
        Product.published_at.desc(),
        Product.id.desc(),
    ]
    orders: dict[str, list[UnaryExpression[Any]]] = {
        CHEAPEST: [Variant.price.asc(), Product.id.desc()],
        DEAREST: [Variant.price.desc(), Product.id.desc()],
        BESTSELLING: [Product.fresh.desc(), Product.sold.desc(), Product.id.desc()],
    }
    return orders.get(sort, newest)
