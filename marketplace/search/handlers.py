"""Decides which products the index has to look at again, from what happened to products and shops."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.search.models import IndexMark

_LATER = timedelta(microseconds=1)


def mark_product(event: OutboxEvent, at: datetime) -> None:
    """Mark the product of a `product.changed` event. Repeating it is harmless."""
    mark([int(event.payload["product_id"])], at=at)


def mark_shop(event: OutboxEvent, at: datetime) -> None:
    """Mark all products of the shop of a `shop.changed` event: its name, place or right to sell changed."""
    shop_id = int(event.subject.removeprefix("shop:"))
    mark(list(db.session.scalars(select(Product.id).where(Product.shop_id == shop_id))), at=at)


def mark(product_ids: Sequence[int], *, at: datetime) -> None:
    """Mark products. A mark that is there gets a later moment, so that work on the older one keeps it."""
    there = {
        row.product_id: row
        for row in db.session.scalars(select(IndexMark).where(IndexMark.product_id.in_(product_ids)))
    }
    for product_id in product_ids:
        if known := there.get(product_id):
            known.marked_at = max(at, known.marked_at + _LATER)
        else:
            db.session.add(IndexMark(product_id=product_id, marked_at=at))
    db.session.flush()
