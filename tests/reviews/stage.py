"""Completed orders and reviews for the tests. Inside an app context, except where a browser is used."""

from datetime import datetime

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order
from marketplace.reviews import writing
from marketplace.reviews.models import Review
from marketplace.reviews.writing import Words
from tests import cast, factories
from tests.factories import AT
from tests.orders.walks import walk


def bought(
    email: str | None = cast.BUYER, *, slug: str = cast.CHIPS, reached: str = "completed", at: datetime = AT
) -> tuple[Order, int, str]:
    """An order that came to a state, the id of its first line, and its token."""
    user = factories.person(email) if email else None
    placed = factories.order({slug: 1}, user=user, at=at)
    walk(placed.order.children[0], reached, at=at)
    order = db.session.get_one(Order, placed.order.id)
    return order, order.children[0].lines[0].id, placed.token


def reviewed(stars: int = 5, body: str = "Renyah", *, slug: str = cast.CHIPS, at: datetime = AT) -> Review:
    """A review of something bought for it."""
    order, line_id, _token = bought(slug=slug, at=at)
    with transaction():
        return writing.write(order, line_id, Words(stars, body), at=at)


def kept() -> tuple[int, int, int, int]:
    """Sum and number of stars as they stand with her chips and her shop."""
    db.session.expire_all()
    product, shop = factories.product(cast.CHIPS), factories.shop(cast.HER_SHOP)
    return product.rating_sum, product.rating_count, shop.rating_sum, shop.rating_count
