"""Decides which goods a list shows: filters, order, page and the counts beside the filters."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.sql.elements import UnaryExpression

from marketplace.catalog.cards import Card, buyable, cards
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.public import category, counted_goods, on_sale, shelf
from marketplace.kit.columns import Moment
from marketplace.kit.paging import Page
from marketplace.kit.rows import ask
from marketplace.kit.texts import noted
from marketplace.kit.unchanged import remembered
from marketplace.sellers.models import Shop

Rows = Select[*tuple[Any, ...]]
_Hit = tuple[int, bool, str]

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
    # Only what can be bought now is another thing at another moment.
    moment = at if wanted.available_only else None
    total = _count(wanted, moment)
    page = min(page, max(1, -(-total // per_page)))
    ids = _page_of_ids(wanted, page, per_page, moment) if total else []
    found = Page(cards(ids, at=at), page, per_page, total)
    return replace(found, address=address) if address else found


def first_of(wanted: Filter, most: int, *, at: datetime) -> list[Card]:
    """The first goods of a list, where nobody asks how many there are."""
    return cards(_page_of_ids(wanted, 1, most, at if wanted.available_only else None), at=at)


def category_counts(wanted: Filter, *, at: datetime) -> dict[str, int]:
    """Numbers of goods by category slug under all filters but the category itself."""
    return _by_category(replace(wanted, category=""), at if wanted.available_only else None)


@remembered
def _by_category(wanted: Filter, at: datetime | None) -> dict[str, int]:
    if wanted.ids is not None:
        return Counter(slug for _id, _fresh, slug in _hits(wanted, at))
    if wanted == replace(Filter(), region=wanted.region, sort=wanted.sort):
        return _counted_from_index(wanted.region)
    rows = ask(_counted_by_category(_shape(wanted)), **_values(wanted, at))
    return {row[0]: row[1] for row in rows}


def _counted_from_index(region: str) -> dict[str, int]:
    """Numbers by category of all that is on sale in a region; everywhere, if it is empty."""
    found: dict[str, int] = {}
    for code, slug, number in counted_goods():
        if not region or code == region or code.startswith(f"{region}."):
            found[slug] = found.get(slug, 0) + number
    return found


@remembered
def _count(wanted: Filter, at: datetime | None) -> int:
    if wanted.ids is not None:
        return len(_of_category(wanted, at))
    if wanted == replace(Filter(), region=wanted.region, sort=wanted.sort, category=wanted.category):
        counts = _counted_from_index(wanted.region)
        slugs = _slugs(wanted.category) if wanted.category else counts
        return sum(counts.get(slug, 0) for slug in slugs)
    return int(ask(_counted(_shape(wanted)), **_values(wanted, at)).scalar_one())


@remembered
def _page_of_ids(wanted: Filter, page: int, per_page: int, at: datetime | None) -> Sequence[int]:
    first, values = (page - 1) * per_page, _values(wanted, at)
    if wanted.ids is None:
        return ask(_page_of(_shape(wanted)), **values, first=first, most=per_page).scalars().all()
    found = [(product_id, fresh) for product_id, fresh, _slug in _of_category(wanted, at)]
    if wanted.sort != RELEVANCE:
        return [product_id for product_id, _fresh in found[first : first + per_page]]
    kept = dict(found)
    best = [(product_id, kept[product_id]) for product_id in wanted.ids if product_id in kept]
    return stepped_back(best)[first : first + per_page]


def _of_category(wanted: Filter, at: datetime | None) -> list[_Hit]:
    hits = _hits(replace(wanted, category=""), at)
    if not wanted.category:
        return list(hits)
    slugs = _slugs(wanted.category)
    return [hit for hit in hits if hit[2] in slugs]


def _read_hits(wanted: Filter, at: datetime | None) -> Sequence[_Hit]:
    """The hits of a search that the filters leave, in the order asked for (the best first: in any order).

    One statement tells what the page shows, how many there are and how many of each kind.
    """
    return ask(_found(_shape(wanted)), **_values(wanted, at)).all()


# They are long; what follows from them is remembered for more questions.
_hits = remembered(_read_hits, most=8)


def _slugs(wanted_category: str) -> tuple[str, ...]:
    node = category(wanted_category)
    return node.slugs if node else (wanted_category,)


def stepped_back(hits: Sequence[tuple[int, bool]]) -> list[int]:
    """Hits, the best first, each fresh or not: those that are not step back by a page and are still found."""
    places = sorted((place + (0 if fresh else PER_PAGE), place) for place, (_id, fresh) in enumerate(hits))
    return [hits[place][0] for _moved, place in places]


class _Shape(NamedTuple):
    """What a list is narrowed by, whatever the values: lists of one shape share their statements."""

    sort: str
    ids: bool
    category: bool
    region: bool
    shop_id: bool
    price_min: bool
    price_max: bool
    available_only: bool


def _shape(wanted: Filter) -> _Shape:
    return _Shape(
        wanted.sort,
        wanted.ids is not None,
        bool(wanted.category),
        bool(wanted.region),
        wanted.shop_id is not None,
        wanted.price_min is not None,
        wanted.price_max is not None,
        wanted.available_only,
    )


def _values(wanted: Filter, at: datetime | None) -> dict[str, Any]:
    """The values of the conditions that a list of this shape has."""
    values: dict[str, Any] = {}
    if wanted.ids is not None:
        values["ids"] = list(wanted.ids)
    if wanted.category:
        values["categories"] = list(_slugs(wanted.category))
    if wanted.region:
        # No letter of a code means something in a pattern, but what somebody typed may.
        plain = wanted.region.replace("/", "//").replace("%", "/%").replace("_", "/_")
        values |= {"region": wanted.region, "below": f"{plain}.%"}
    for name in ("shop_id", "price_min", "price_max"):
        if getattr(wanted, name) is not None:
            values[name] = getattr(wanted, name)
    return values | {"at": at} if wanted.available_only else values


def _conditions(shape: _Shape) -> list[ColumnElement[bool]]:
    conditions = [on_sale()]
    if shape.ids:
        conditions.append(Product.id.in_(bindparam("ids", expanding=True)))
    if shape.category:
        conditions.append(Product.category_slug.in_(bindparam("categories", expanding=True)))
    if shape.region:
        below = Shop.village_code.like(bindparam("below"), escape="/")
        conditions.append(or_(Shop.village_code == bindparam("region"), below))
    if shape.shop_id:
        conditions.append(Product.shop_id == bindparam("shop_id"))
    if shape.price_min:
        conditions.append(Variant.price >= bindparam("price_min"))
    if shape.price_max:
        conditions.append(Variant.price <= bindparam("price_max"))
    if shape.available_only:
        conditions.append(buyable(bindparam("at", type_=Moment())))
    return conditions


@cache
def _counted(shape: _Shape) -> Rows:
    return _narrowed(select(func.count(Product.id)), shape)


@cache
def _counted_by_category(shape: _Shape) -> Rows:
    rows = select(Product.category_slug, func.count(Product.id))
    return _narrowed(rows, shape).group_by(Product.category_slug)


@cache
def _found(shape: _Shape) -> Rows:
    rows = _narrowed(select(Product.id, Product.fresh, Product.category_slug), shape)
    return rows if shape.sort == RELEVANCE else rows.order_by(*_order(shape.sort))


@cache
def _page_of(shape: _Shape) -> Rows:
    rows = _narrowed(select(Product.id), shape).order_by(*_order(shape.sort))
    return rows.offset(bindparam("first")).limit(bindparam("most"))


def _narrowed(rows: Rows, shape: _Shape) -> Rows:
    """Prices are joined only where they are asked about."""
    priced = shape.price_min or shape.price_max or shape.sort in (CHEAPEST, DEAREST)
    return rows.select_from(shelf(priced=priced)).where(*_conditions(shape))


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
