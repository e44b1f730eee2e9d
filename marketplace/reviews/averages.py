"""Decides the average of a product and of a shop: kept with their rows, counted anew from the reviews."""

from sqlalchemy import func, select, update

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.transaction import alone_with
from marketplace.reviews.models import Review
from marketplace.sellers.models import Shop


def recount(*, product_id: int, shop_id: int) -> None:
    """Count the stars of a product and of its shop anew, in the open transaction."""
    # Two reviews at once would each count without the other.
    alone_with(f"ratings:{shop_id}")
    db.session.flush()
    _keep(Product, product_id, Review.product_id == product_id)
    _keep(Shop, shop_id, Review.shop_id == shop_id)


def rebuild() -> int:
    """Count everything anew from the reviews; answers how many products there were to count."""
    db.session.execute(update(Product).values(rating_sum=0, rating_count=0))
    db.session.execute(update(Shop).values(rating_sum=0, rating_count=0))
    reviewed = db.session.execute(
        select(Review.product_id, Review.shop_id).distinct().order_by(Review.shop_id, Review.product_id)
    ).all()
    for row in reviewed:
        recount(product_id=row.product_id, shop_id=row.shop_id)
    return len(reviewed)


def _keep(table: type[Product] | type[Shop], row_id: int, about: object) -> None:
    total, number = db.session.execute(
        select(func.coalesce(func.sum(Review.stars), 0), func.count(Review.id)).where(
            about,  # type: ignore[arg-type]
            Review.counts.is_(True),
            Review.hidden.is_(False),
        )
    ).one()
    db.session.execute(
        update(table).where(table.id == row_id).values(rating_sum=int(total), rating_count=number)
    )
