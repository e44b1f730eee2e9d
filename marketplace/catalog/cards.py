"""Decides what a product looks like in a list: one frozen card, all of a page read in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from marketplace.catalog.models import Photo, Product, StockHold, Variant
from marketplace.catalog.pictures import Picture, picture
from marketplace.catalog.public import shelf
from marketplace.kit.columns import Moment
from marketplace.kit.rows import ask
from marketplace.regions.queries import labels
from marketplace.sellers.models import Shop

_NEXT_END = select(func.min(StockHold.expires_at)).where(
    StockHold.ended_at.is_(None), StockHold.expires_at > bindparam("at", type_=Moment())
)


@dataclass(frozen=True)
class Card:
    """A product in a list. `price` is rupiah for the first variant; `available` None means made to order.

    `price_from` is that of the cheapest variant, where they do not all cost the same.
    """

    slug: str
    name: str
    price: int
    unit: str
    village: str
    village_code: str
    shop: str
    shop_slug: str
    picture: Picture | None
    available: int | None
    rating_sum: int = 0
    rating_count: int = 0
    price_from: int | None = None

    @property
    def made_to_order(self) -> bool:
        """Whether it is made after the order."""
        return self.available is None

    @property
    def sold_out(self) -> bool:
        """Whether nothing of it can be bought now."""
        return self.available == 0


def cards(product_ids: Sequence[int], *, at: datetime) -> list[Card]:
    """The cards of these products, in this order; ids that are gone are left out."""
    if not product_ids:
        return []
    rows = ask(_these(), ids=list(product_ids), at=at).all()
    villages = labels({row.village_code for row in rows})
    found = {row.id: _card(row, villages) for row in rows}
    return [found[product_id] for product_id in product_ids if product_id in found]


def next_change(at: datetime) -> datetime | None:
    """When the next pieces that are held back come free by themselves; None when nothing is held."""
    found: datetime | None = ask(_NEXT_END, at=at).scalar()
    return found


def buyable(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether some variant of the product can be bought now."""
    any_variant = aliased(Variant)
    left = any_variant.on_hand - _held(any_variant, at)
    return exists(
        select(any_variant.id).where(
            any_variant.product_id == Product.id,
            any_variant.withdrawn_at.is_(None),
            or_(any_variant.on_demand, left > 0),
        )
    )


@cache
def _these() -> Select[*tuple[Any, ...]]:
    """What cards are made of, built once; takes `ids` and `at`."""
    any_variant = aliased(Variant)
    left = any_variant.on_hand - _held(any_variant, bindparam("at", type_=Moment()))
    of_this = and_(any_variant.product_id == Product.id, any_variant.withdrawn_at.is_(None))
    made_to_order = select(func.max(case((any_variant.on_demand, 1), else_=0))).where(of_this)
    pieces = select(func.sum(case((left > 0, left), else_=0))).where(of_this)
    cheapest = select(func.min(any_variant.price)).where(of_this)
    dearest = select(func.max(any_variant.price)).where(of_this)
    photo = (
        select(Photo.key).where(Photo.product_id == Product.id).order_by(Photo.position, Photo.id).limit(1)
    )
    rows = select(
        Product.id,
        Product.slug,
        Product.name,
        Product.unit,
        Product.rating_sum,
        Product.rating_count,
        Variant.price,
        Shop.name.label("shop"),
        Shop.slug.label("shop_slug"),
        Shop.village_code,
        photo.scalar_subquery().label("photo"),
        made_to_order.scalar_subquery().label("made_to_order"),
        pieces.scalar_subquery().label("pieces"),
        cheapest.scalar_subquery().label("cheapest"),
        dearest.scalar_subquery().label("dearest"),
    )
    return rows.select_from(shelf()).where(Product.id.in_(bindparam("ids", expanding=True)))


def _held(variant: type[Variant], at: datetime | BindParameter[datetime]) -> ColumnElement[int]:
    """Pieces of a variant that live holds keep back."""
    held = select(func.coalesce(func.sum(StockHold.quantity), 0)).where(
        StockHold.variant_id == variant.id, StockHold.ended_at.is_(None), StockHold.expires_at > at
    )
    return held.scalar_subquery()


def _card(row: Row[Any], villages: dict[str, str]) -> Card:
    return Card(
        slug=row.slug,
        name=row.name,
        price=row.price,
        unit=row.unit,
        village=villages.get(row.village_code, ""),
        village_code=row.village_code,
        shop=row.shop,
        shop_slug=row.shop_slug,
        rating_sum=row.rating_sum,
        rating_count=row.rating_count,
        picture=picture(row.photo, row.name) if row.photo else None,
        price_from=row.cheapest if row.cheapest != row.dearest else None,
        available=None if row.made_to_order else int(row.pieces or 0),
    )
