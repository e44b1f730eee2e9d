"""Decides how averages and answer rates are made again from zero: from reviews and histories of orders."""

from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.orders import answering
from marketplace.reviews import averages
from marketplace.sellers.models import Shop


def rebuild(*, at: datetime) -> int:
    """Count all averages and all shops' answer rates anew; answers how many products have reviews."""
    for shop_id in list(db.session.scalars(select(Shop.id).order_by(Shop.id))):
        answering.recount(shop_id, at=at)
    return averages.rebuild()
