"""Decides what a basket and a sale read of goods: one row for each variant, with its product and shop.

The rows name things as the tables do, so that the rules of `portions` and `pricing` fit both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from marketplace.catalog.models import ACTIVE, Photo, Product, Variant
from marketplace.kit.errors import NotFound
from marketplace.kit.rows import ask, lock, table_of
from marketplace.sellers.models import VERIFIED, Shop, SoldBy


@dataclass(frozen=True, slots=True)
class SoldProduct:
    """A product as `Product` describes it; `picture_key` is that of its first picture, or empty."""

    id: int
    slug: str
    name: str
    unit: str
    category_slug: str
    sector: str
    fulfilment: str
    status: str
    net_weight_g: int | None
    shipping_weight_g: int
    length_cm: int | None
    width_cm: int | None
    height_cm: int | None
    min_quantity: int
    step: int
    made_in_days: int | None
    order_until: date | None
    expected_on: date | None
    picture_key: str
    shop: SoldBy

    @property
    def shop_id(self) -> int:
        """Whose product it is."""
        return self.shop.id


@dataclass(frozen=True, slots=True)
class SoldVariant:
    """A variant as `Variant` describes it, with its product."""

    id: int
    name: str
    price: int
    tiers: Sequence[Sequence[int]]
    on_demand: bool
    on_hand: int
    net_weight_g: int | None
    shipping_weight_g: int | None
    withdrawn_at: datetime | None
    product: SoldProduct


def line_up(variant_ids: Sequence[int]) -> None:
    """Lock these variants in id order until the transaction ends, before they are read.

    It is a query of its own: on PostgreSQL one that waits for a lock reads only the locked row anew, and
    would judge the goods by what the product and its shop were before the wait.
    """
    lock(_LINE_UP, variant_ids=sorted(set(variant_ids)))


def goods(variant_ids: Sequence[int]) -> dict[int, SoldVariant]:
    """These variants by id, in one query."""
    rows = ask(_GOODS, variant_ids=sorted(set(variant_ids)))
    return {row[0]: _sold(row) for row in rows}


def goods_on_sale(slug: str) -> list[SoldVariant]:
    """The variants of a product that the public may buy, in their order.

    Raises:
        NotFound: there is no such product, it is not on sale, or its shop is not verified.
    """
    found = [_sold(row) for row in ask(_ON_SALE, slug=slug)]
    if not found:
        raise NotFound
    return found


def _sold(row: tuple[Any, ...]) -> SoldVariant:
    shop = SoldBy(*row[_PRODUCT_ENDS:])
    product = SoldProduct(*(*row[_VARIANT_ENDS:_PRODUCT_ENDS], shop))
    return SoldVariant(*(*row[:_VARIANT_ENDS], product))


def _statement() -> Select[Any]:
    variant, product, shop, photo = (table_of(each) for each in (Variant, Product, Shop, Photo))
    picture = (
        select(photo.c.key).where(photo.c.product_id == product.c.id).order_by(photo.c.position).limit(1)
    )
    columns = [
        *(variant.c[each.name] for each in fields(SoldVariant) if each.name != "product"),
        *(product.c[each.name] for each in fields(SoldProduct) if each.name not in ("picture_key", "shop")),
        func.coalesce(picture.scalar_subquery(), ""),
        *(shop.c[each.name] for each in fields(SoldBy)),
    ]
    return (
        select(*columns)
        .join_from(variant, product, product.c.id == variant.c.product_id)
        .join(shop, shop.c.id == product.c.shop_id)
    )


_VARIANT_ENDS = len(fields(SoldVariant)) - 1
_PRODUCT_ENDS = _VARIANT_ENDS + len(fields(SoldProduct)) - 1
# Built once, since goods come into every basket by one of them and are read there by the others.
_VARIANT, _PRODUCT, _SHOP = table_of(Variant), table_of(Product), table_of(Shop)
_GOODS = (
    _statement().where(_VARIANT.c.id.in_(bindparam("variant_ids", expanding=True))).order_by(_VARIANT.c.id)
)
_ON_SALE = (
    _statement()
    .where(_PRODUCT.c.slug == bindparam("slug"), _PRODUCT.c.status == ACTIVE)
    .where(_SHOP.c.status == VERIFIED, _VARIANT.c.withdrawn_at.is_(None))
    .order_by(_VARIANT.c.position)
)
_LINE_UP = (
    select(_VARIANT.c.id)
    .where(_VARIANT.c.id.in_(bindparam("variant_ids", expanding=True)))
    .order_by(_VARIANT.c.id)
    .with_for_update(key_share=True)
)
