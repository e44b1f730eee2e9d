"""Reads of the page on which a shop counts everything: each variant a row, all of a shop on one page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.catalog import stocking
from marketplace.catalog.freshness import day_words
from marketplace.catalog.models import Photo, Product, Variant
from marketplace.catalog.pictures import Picture, picture
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.paging import Page
from marketplace.sellers.models import Shop

PER_PAGE = 200
"""Two fields a row: a form of a thousand parts is the most that is read."""


@dataclass(frozen=True)
class CountRow:
    """A variant on the page: pieces on hand and set aside, and how long its count is believed."""

    variant_id: int
    slug: str
    name: str
    unit: str
    on_demand: bool
    on_hand: int
    held: int
    low: bool
    fresh: bool
    confirmed: str
    picture: Picture | None

    @property
    def available(self) -> int:
        """Pieces that a buyer can still order."""
        return max(0, self.on_hand - self.held)


def count_rows(shop: Shop, page: int, *, at: datetime) -> Page[CountRow]:
    """The variants of a shop's goods, the newest goods first. Three statements, however many rows."""
    mine = (Product.shop_id == shop.id, Variant.withdrawn_at.is_(None))
    ground = select(Variant.id).join(Product, Product.id == Variant.product_id).where(*mine)
    total = db.session.scalar(select(func.count()).select_from(ground.subquery())) or 0
    photo = (
        select(Photo.key).where(Photo.product_id == Product.id).order_by(Photo.position, Photo.id).limit(1)
    )
    rows = db.session.execute(
        select(
            Variant.id,
            Variant.name.label("variant"),
            Variant.on_demand,
            Variant.on_hand,
            Product.slug,
            Product.name,
            Product.unit,
            Product.low_at,
            Product.fresh,
            Product.confirmed_at,
            photo.scalar_subquery().label("photo"),
        )
        .join(Product, Product.id == Variant.product_id)
        .where(*mine)
        .order_by(Product.created_at.desc(), Product.id.desc(), Variant.position, Variant.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    held = stocking.held([row.id for row in rows], at=at)
    today = day_wib(at)
    return Page(
        [
            CountRow(
                variant_id=row.id,
                slug=row.slug,
                name=f"{row.name}, {row.variant}" if row.variant else row.name,
                unit=row.unit,
                on_demand=row.on_demand,
                on_hand=row.on_hand,
                held=held.get(row.id, 0),
                low=row.on_hand <= row.low_at and not row.on_demand,
                fresh=row.fresh,
                confirmed=day_words(day_wib(row.confirmed_at), today) if row.confirmed_at else "",
                picture=picture(row.photo, row.name) if row.photo else None,
            )
            for row in rows
        ],
        page,
        PER_PAGE,
        total,
    )
