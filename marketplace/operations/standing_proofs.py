"""Decides whether what buyers read of goods and shops is true: averages of reviews, rates of answers."""

from sqlalchemy import literal, select

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.operations.comparing import compare, handed_on
from marketplace.orders import answering
from marketplace.orders.models import SellerOrder
from marketplace.reviews.models import Review
from marketplace.sellers.models import Shop


def standing() -> list[str]:
    """Stars and their number are those of the reviews that count; answer rates those of the orders."""
    return [*_stars(), *_answers()]


def _stars() -> list[str]:
    counted = (Review.counts.is_(True), Review.hidden.is_(False))
    return [
        sentence
        for table, about, name in (
            (Product, Review.product_id, "product"),
            (Shop, Review.shop_id, "shop"),
        )
        for kept, each, what in (
            (table.rating_sum, Review.stars, "stars"),
            (table.rating_count, literal(1), "reviews"),
        )
        for sentence in compare(
            select(about, each).where(*counted),
            select(table.id, kept).where(kept != 0),
            f"{name} {{0}}: {what} of its reviews {{1}}, kept {{2}}",
        )
    ]


def _answers() -> list[str]:
    """A shop of which something still waits for the worker is counted when it has been heard."""
    waiting = select(SellerOrder.shop_id).where(~handed_on("seller_order", SellerOrder.id))
    rows = select(Shop).where(Shop.answers_at.is_not(None), Shop.id.not_in(waiting)).order_by(Shop.id)
    found = []
    for shop in db.session.scalars(rows).unique():
        due = answering.counted(shop)
        kept = answering.Standing(shop.answers_asked, shop.answers_given, shop.answer_minutes)
        if due != kept:
            found.append(f"shop {shop.id}: answers counted {due}, kept {kept}")
    return found
