"""Decides what a product's page reads: what a basket reads of goods, and what only their page tells.

Frozen rows that name things as the tables do, so that the rules of `portions` and `pricing` fit them too.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from marketplace.catalog.goods import SoldProduct, SoldVariant
from marketplace.catalog.models import ACTIVE, Category, Photo, Product, StockHold, Variant
from marketplace.kit.columns import Moment
from marketplace.kit.errors import NotFound
from marketplace.kit.rows import ask, table_of
from marketplace.sellers.models import VERIFIED, Shop, SoldBy


@dataclass(frozen=True, slots=True)
class ShownShop(SoldBy):
    """A shop, with what it says about a holiday and how it answers orders."""

    holiday_words: str
    answers_asked: int
    answers_given: int
    answer_minutes: int


@dataclass(frozen=True, slots=True)
class ShownProduct(SoldProduct):
    """A product, with what is told of it; its category by name, its photos as (key, words)."""

    shop: ShownShop
    description: str
    rating_sum: int
    rating_count: int
    harvest_from: date | None
    harvest_until: date | None
    grade: str
    brand: str
    is_unggulan: bool
    origin_code: str
    confirmed_at: datetime | None
    shelf_life_days: int | None
    expires_on: date | None
    category_name: str
    photos: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownVariant(SoldVariant):
    """A variant, with an earlier price; `held` pieces are set aside for orders."""

    product: ShownProduct
    compare_price: int | None
    held: int

    @property
    def left(self) -> int | None:
        """Pieces that can be bought; None: it is made to order."""
        return None if self.on_demand else max(0, self.on_hand - self.held)


def shown_product(slug: str, *, at: datetime) -> tuple[ShownVariant, ...]:
    """The variants of a product that the public may see, in their order. Two queries.

    Raises:
        NotFound: there is none, it is not on sale, or its shop is not verified.
    """
    found = ask(_SHOWN, slug=slug, at=at).all()
    if not found:
        raise NotFound
    photos = tuple((photo.key, photo.alt) for photo in ask(_PHOTOS, product=found[0][_PRODUCT_BEGINS]))
    of_product, of_shop = found[0][_PRODUCT_BEGINS:_SHOP_BEGINS], found[0][_SHOP_BEGINS:]
    shop = ShownShop(**dict(zip(_OF_SHOP, of_shop, strict=True)))
    read: dict[str, Any] = dict(zip((*_OF_PRODUCT, "category_name"), of_product, strict=True))
    product = ShownProduct(**read, shop=shop, photos=photos, picture_key=photos[0][0] if photos else "")
    names = (*_OF_VARIANT, "held")
    return tuple(
        ShownVariant(**dict(zip(names, row[:_PRODUCT_BEGINS], strict=True)), product=product) for row in found
    )


def _named(rows: type, *but: str) -> tuple[str, ...]:
    return tuple(each.name for each in fields(rows) if each.name not in but)


_OF_VARIANT = _named(ShownVariant, "product", "held")
_OF_PRODUCT = _named(ShownProduct, "shop", "photos", "picture_key", "category_name")
_OF_SHOP = _named(ShownShop)
_PRODUCT_BEGINS = len(_OF_VARIANT) + 1
_SHOP_BEGINS = _PRODUCT_BEGINS + len(_OF_PRODUCT) + 1
_VARIANT, _PRODUCT, _SHOP = table_of(Variant), table_of(Product), table_of(Shop)
_CATEGORY, _HOLD, _PHOTO = table_of(Category), table_of(StockHold), table_of(Photo)
_HELD = (
    select(func.coalesce(func.sum(_HOLD.c.quantity), 0))
    .where(_HOLD.c.variant_id == _VARIANT.c.id, _HOLD.c.ended_at.is_(None))
    .where(_HOLD.c.expires_at > bindparam("at", type_=Moment()))
    .scalar_subquery()
)
_SHOWN = (
    select(
        *(_VARIANT.c[name] for name in _OF_VARIANT),
        _HELD,
        *(_PRODUCT.c[name] for name in _OF_PRODUCT),
        _CATEGORY.c.name_id,
        *(_SHOP.c[name] for name in _OF_SHOP),
    )
    .join_from(_PRODUCT, _SHOP, _SHOP.c.id == _PRODUCT.c.shop_id)
    .join(_CATEGORY, _CATEGORY.c.slug == _PRODUCT.c.category_slug)
    .join(_VARIANT, _VARIANT.c.product_id == _PRODUCT.c.id)
    .where(_PRODUCT.c.slug == bindparam("slug"), _PRODUCT.c.status == ACTIVE)
    .where(_SHOP.c.status == VERIFIED, _VARIANT.c.withdrawn_at.is_(None))
    .order_by(_VARIANT.c.position)
)
_PHOTOS = (
    select(_PHOTO.c.key, _PHOTO.c.alt)
    .where(_PHOTO.c.product_id == bindparam("product"))
    .order_by(_PHOTO.c.position)
)
