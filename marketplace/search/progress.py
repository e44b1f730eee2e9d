"""Decides how far a rebuild of the index is: products done, and how many there may be."""

from collections.abc import Callable

from sqlalchemy import func, select

from marketplace.catalog.models import ACTIVE, Product
from marketplace.extensions import db

Progress = Callable[[int, int], None]


def expected() -> int:
    """How many documents there will be, about."""
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).where(Product.status == ACTIVE)) or 0
