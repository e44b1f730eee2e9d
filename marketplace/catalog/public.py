"""Decides what of the catalogue the public sees: goods on sale of verified shops, and the categories."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.catalog.models import ACTIVE, Category, Product, Variant
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.rows import ask
from marketplace.kit.unchanged import remembered
from marketplace.sellers.models import VERIFIED, Shop

TREE_LIVES = 60.0
REGENCY = 5
_tree: dict[str, tuple[float, list["CategoryNode"], frozenset[str]]] = {}


@dataclass(frozen=True)
class CategoryNode:
    """A category with the number of goods on sale in it (its subcategories included)."""

    slug: str
    name: str
    count: int
    children: tuple["CategoryNode", ...] = ()

    @property
    def slugs(self) -> tuple[str, ...]:
        """The category and what lies under it."""
        return (self.slug, *(child.slug for child in self.children))


# A product is sold as its first variant unless another one is chosen; its price is the product's price.
first_variant = (
    select(Variant.id)
    .where(Variant.product_id == Product.id)
    .order_by(Variant.position, Variant.id)
    .limit(1)
    .correlate(Product)
    .scalar_subquery()
)


def shelf(*, priced: bool = True) -> FromClause:
    """Products with their shop and, where prices matter, first variant: the ground of every public list."""
    product: FromClause = Product.__table__
    ground = product.join(Shop.__table__, Shop.id == Product.shop_id)
    return ground.join(Variant.__table__, Variant.id == first_variant) if priced else ground


def on_sale() -> ColumnElement[bool]:
    """What the public may see and buy."""
    return and_(Product.status == ACTIVE, Shop.status == VERIFIED)


def in_region(code: str) -> ColumnElement[bool]:
    """Shops of a region: its own code, or below it at a separator (18.09 does not cover 18.091)."""
    return or_(Shop.village_code == code, Shop.village_code.startswith(f"{code}.", autoescape=True))


def public_product(slug: str) -> Product:
    """A product on sale, with its variants and photos loaded.

    Raises:
        NotFound: there is none, it is not on sale, or its shop is not verified.
    """
    product = db.session.scalars(_public_product(), {"slug": slug}).unique().one_or_none()
    if product is None or not product.variants:
        raise NotFound
    return product


@cache
def _public_product() -> Select[Product]:
    """The statement, built once. What belongs to a product comes in the same query: a third of the price."""
    rows = select(Product).join(Shop).where(Product.slug == bindparam("slug"), on_sale())
    return rows.options(joinedload(Product.variants), joinedload(Product.photos))


def category_tree() -> list[CategoryNode]:
    """The top categories with their children, in their order; counts may be a minute old."""
    return _kept()[1]


def regencies_with_goods() -> frozenset[str]:
    """Codes of the regencies that goods on sale come from; what was published a minute ago may lack."""
    return _kept()[2]


def _kept() -> tuple[float, list[CategoryNode], frozenset[str]]:
    """Counting all goods takes a hundred times what a search takes, where there are very many."""
    key = str(db.engine.url)
    kept = _tree.get(key)
    if kept is None or not kept[1] or time.monotonic() - kept[0] > TREE_LIVES:
        regencies = frozenset(code[:REGENCY] for code, _category, _number in counted_goods())
        kept = _tree[key] = (time.monotonic(), _read_tree(), regencies)
    return kept


def category(slug: str) -> CategoryNode | None:
    """One category of the tree, of either floor."""
    for top in category_tree():
        for node in (top, *top.children):
            if node.slug == slug:
                return node
    return None


@remembered
def regions_with_goods(length: int, *, within: str = "") -> dict[str, int]:
    """Numbers of goods on sale by region code, cut to 5 (regency), 8 (district) or 13 (village) letters."""
    found: dict[str, int] = {}
    for code, _category, number in counted_goods():
        if not within or code == within or code.startswith(f"{within}."):
            found[code[:length]] = found.get(code[:length], 0) + number
    return found


@remembered
def counted_goods() -> Sequence[tuple[str, str, int]]:
    """Numbers of goods on sale by village and category, from an index alone: many pages count from them."""
    return [(row.code, row.category, int(row.number)) for row in ask(_counted())]


@cache
def _counted() -> Select[*tuple[Any, ...]]:
    """The statement, built once; shops are looked up once each, not once for each product."""
    goods = (
        select(Product.shop_id, Product.category_slug, func.count().label("number"))
        .where(Product.status == ACTIVE)
        .group_by(Product.shop_id, Product.category_slug)
        .subquery()
    )
    number = func.sum(goods.c.number).label("number")
    rows = select(Shop.village_code.label("code"), goods.c.category_slug.label("category"), number)
    rows = rows.join_from(goods, Shop, Shop.id == goods.c.shop_id).where(Shop.status == VERIFIED)
    return rows.group_by(Shop.village_code, goods.c.category_slug)


def _read_tree() -> list[CategoryNode]:
    counts: dict[str, int] = {}
    for _code, slug, number in counted_goods():
        counts[slug] = counts.get(slug, 0) + number
    rows = db.session.execute(
        select(Category.slug, Category.parent_slug, Category.name_id).order_by(Category.sort, Category.slug)
    ).all()
    children: dict[str, list[CategoryNode]] = {}
    for row in rows:
        if row.parent_slug:
            node = CategoryNode(row.slug, row.name_id, counts.get(row.slug, 0))
            children.setdefault(row.parent_slug, []).append(node)
    return [
        CategoryNode(
            row.slug,
            row.name_id,
            counts.get(row.slug, 0) + sum(child.count for child in children.get(row.slug, ())),
            tuple(children.get(row.slug, ())),
        )
        for row in rows
        if not row.parent_slug
    ]
