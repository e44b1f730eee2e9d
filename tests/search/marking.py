"""Marks goods for the index, as the outbox does."""

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.search import handlers
from marketplace.search.models import IndexMark
from tests import factories
from tests.factories import AT


def change(slug: str, *, name: str | None = None, status: str | None = None) -> int:
    """Change a product and mark it, as the outbox does."""
    with transaction():
        goods = factories.product(slug)
        goods.name = name or goods.name
        goods.status = status or goods.status
        handlers.mark([goods.id], at=AT)
        return goods.id


def marks() -> list[int]:
    with db.engine.connect() as connection:
        return list(connection.scalars(select(IndexMark.product_id).order_by(IndexMark.product_id)))
