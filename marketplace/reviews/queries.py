"""Reads of the reviews, each through its owner: visitors of a product, its shop, the counter, a buyer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, false, func, or_, select, true

from marketplace.accounts.models import User
from marketplace.catalog.models import Product
from marketplace.catalog.shown import ShownProduct
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import Page
from marketplace.kit.rows import ask
from marketplace.reviews.models import Review, ReviewPhoto
from marketplace.sellers.models import Shop, ShopMember

PER_PAGE = 10
NEWEST = 3


class Answerer(NamedTuple):
    """The shop that may have answered."""

    name: str


@dataclass(frozen=True)
class ShownReview:
    """A review as a product's page tells it; `photos` have a `key`."""

    id: int
    author: str
    stars: int
    body: str
    written_at: datetime
    edited_at: datetime | None
    answer: str
    shop: Answerer
    photos: tuple[Any, ...]


_NEWEST = (
    select(
        Review.id,
        Review.author,
        Review.stars,
        Review.body,
        Review.written_at,
        Review.edited_at,
        Review.answer,
    )
    .where(Review.product_id == bindparam("product"), Review.hidden.is_(False))
    .order_by(Review.written_at.desc(), Review.id.desc())
    .limit(NEWEST)
)
_PHOTOS = (
    select(ReviewPhoto.review_id, ReviewPhoto.key)
    .where(ReviewPhoto.review_id.in_(bindparam("reviews", expanding=True)))
    .order_by(ReviewPhoto.id)
)


def shown_of(product: Product, page: int) -> Page[Review]:
    """What everybody reads about a product, newest first."""
    return _page((Review.product_id == product.id) & Review.hidden.is_(False), page)


def newest_of(product: ShownProduct) -> tuple[ShownReview, ...]:
    """The newest few reviews of a product, for its page; no question is asked where there are none."""
    if not product.rating_count:
        return ()
    found = ask(_NEWEST, product=product.id).all()
    photos: dict[int, list[Any]] = {}
    for photo in ask(_PHOTOS, reviews=[row.id for row in found]) if found else ():
        photos.setdefault(photo.review_id, []).append(photo)
    shop = Answerer(product.shop.name)
    return tuple(
        ShownReview(**row._asdict(), shop=shop, photos=tuple(photos.get(row.id, ()))) for row in found
    )


def of_lines(line_ids: Iterable[int]) -> dict[int, Review]:
    """The reviews of order lines, by line; also those that are hidden, since their buyer asks."""
    rows = db.session.scalars(select(Review).where(Review.order_line_id.in_(list(line_ids))))
    return {review.order_line_id: review for review in rows.unique()}


def of_shop(shop: Shop, page: int) -> Page[Review]:
    """All reviews of a shop, hidden ones too, newest first."""
    return _page(Review.shop_id == shop.id, page)


def one_of_shop(shop: Shop, review_id: int) -> Review:
    """A review of a shop.

    Raises:
        NotFound: unknown, or another shop's.
    """
    return _one((Review.shop_id == shop.id) & (Review.id == review_id))


def for_counter(user: User, scopes: Sequence[str], page: int) -> Page[Review]:
    """All reviews of the shops of these regions in which `user` has no part, newest first."""
    return _page(_of_others(user, scopes), page)


def one_for_counter(user: User, scopes: Sequence[str], review_id: int) -> Review:
    """A review of a shop of these regions.

    Raises:
        NotFound: unknown, of elsewhere, or of the person's own shop.
    """
    return _one(_of_others(user, scopes) & (Review.id == review_id))


def _of_others(user: User, scopes: Sequence[str]) -> ColumnElement[bool]:
    places = [
        or_(Shop.village_code == scope, Shop.village_code.startswith(f"{scope}.", autoescape=True))
        if scope
        else true()
        for scope in scopes
    ]
    own = select(ShopMember.shop_id).where(ShopMember.user_id == user.id)
    shops = select(Shop.id).where(or_(false(), *places), Shop.id.not_in(own))
    return Review.shop_id.in_(shops)


def _page(wanted: ColumnElement[bool], page: int) -> Page[Review]:
    rows = db.session.scalars(
        select(Review)
        .where(wanted)
        .order_by(Review.written_at.desc(), Review.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    total = db.session.scalar(select(func.count(Review.id)).where(wanted)) or 0
    return Page(list(rows.unique()), page, PER_PAGE, total)


def _one(wanted: ColumnElement[bool]) -> Review:
    review = db.session.scalars(select(Review).where(wanted)).unique().one_or_none()
    if review is None:
        raise NotFound("Ulasan ini tidak ada.")
    return review
