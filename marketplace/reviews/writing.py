"""Decides who may say what about a line, until when it may be changed, and what is kept of the old words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.outbox import announce
from marketplace.orders.models import Order, OrderLine, SellerOrder
from marketplace.orders.moving import lock
from marketplace.orders.states import Status
from marketplace.reviews import averages
from marketplace.reviews.models import Review, ReviewPhoto, ReviewVersion
from marketplace.reviews.names import short_name

EDITABLE = timedelta(days=30)
LONGEST = 2000
MOST_PHOTOS = 3


@dataclass(frozen=True)
class Words:
    """What a buyer says: one to five stars, a text that may be empty, keys of kept photos."""

    stars: int
    body: str
    photos: Sequence[str] = ()


def order_of_line(line_id: int) -> Order:
    """The order that holds a line; who may see it is decided by whoever asks.

    Raises:
        NotFound: there is no such line.
    """
    order = db.session.scalar(
        select(Order)
        .join(SellerOrder, SellerOrder.order_id == Order.id)
        .join(OrderLine, OrderLine.seller_order_id == SellerOrder.id)
        .where(OrderLine.id == line_id)
    )
    if order is None:
        raise NotFound
    return order


def write(order: Order, line_id: int, words: Words, *, at: datetime) -> Review:
    """Review a completed line of an order, or change the review within 30 days; the old words are kept.

    New photos take the place of the old ones; without new ones they stay.

    Raises:
        NotFound: the order has no such line.
        Invalid: no number of stars, or too many words (fields `bintang`, `teks`).
        Conflict: the line is not completed, or the time for changes is over.
    """
    _check(words)
    child, line = _line(order, line_id)
    child = lock(child.id)
    if child.status != Status.COMPLETED:
        raise Conflict("Ulasan bisa ditulis setelah pesanan selesai.")
    review = db.session.scalar(select(Review).where(Review.order_line_id == line.id))
    if review is None:
        review = _new(order, child, line, words, at)
    else:
        _change(review, words, at)
    if words.photos:
        db.session.execute(delete(ReviewPhoto).where(ReviewPhoto.review_id == review.id))
        db.session.add_all(ReviewPhoto(review_id=review.id, key=key) for key in words.photos)
    averages.recount(product_id=review.product_id, shop_id=review.shop_id)
    db.session.flush()
    db.session.expire(review, ["photos"])
    return review


def may_change(review: Review, *, at: datetime) -> bool:
    """Whether the buyer may still change it."""
    return at <= review.written_at + EDITABLE


def tell(kind: str, review: Review, *, at: datetime) -> None:
    """Announce what happened to a review."""
    payload = {
        "review_id": review.id,
        "shop_id": review.shop_id,
        "seller_order_id": review.seller_order_id,
    }
    announce(f"review.{kind}", f"review:{review.id}", payload, at=at)


def _check(words: Words) -> None:
    if words.stars not in range(1, 6):
        raise Invalid("Pilih satu sampai lima bintang.", "bintang")
    if len(words.body) > LONGEST:
        raise Invalid(_("Paling banyak %(most)s huruf.", most=LONGEST), "teks")
    if len(words.photos) > MOST_PHOTOS:
        raise Invalid(_("Paling banyak %(most)s foto.", most=MOST_PHOTOS), "foto")


def _line(order: Order, line_id: int) -> tuple[SellerOrder, OrderLine]:
    for child in order.children:
        for line in child.lines:
            if line.id == line_id:
                return child, line
    raise NotFound


def _new(order: Order, child: SellerOrder, line: OrderLine, words: Words, at: datetime) -> Review:
    review = Review(
        order_line_id=line.id,
        seller_order_id=child.id,
        product_id=line.product_id,
        shop_id=child.shop_id,
        author=short_name(order.name),
        stars=words.stars,
        body=words.body,
        counts=not child.self_purchase,
        written_at=at,
    )
    db.session.add(review)
    db.session.flush()
    tell("written", review, at=at)
    return review


def _change(review: Review, words: Words, at: datetime) -> None:
    if (words.stars, words.body) == (review.stars, review.body) and not words.photos:
        return
    if not may_change(review, at=at):
        raise Conflict("Ulasan ini sudah lebih dari 30 hari, jadi tidak bisa diubah lagi.")
    db.session.add(ReviewVersion(review_id=review.id, stars=review.stars, body=review.body, replaced_at=at))
    review.stars, review.body, review.edited_at = words.stars, words.body, at
