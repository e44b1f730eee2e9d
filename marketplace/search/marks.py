"""Decides which marked products are looked at next, and when their marks are taken off."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from marketplace.extensions import db
from marketplace.search import documents
from marketplace.search.models import IndexMark


def taken(limit: int) -> tuple[dict[int, datetime], list[documents.Document]]:
    """Up to `limit` marked products, the oldest marks first, and the documents of those that are for sale.

    Marks first, products second: a change between the two is read now and marked again later.
    """
    with db.engine.connect() as connection:
        marks = connection.execute(
            select(IndexMark.product_id, IndexMark.marked_at).order_by(IndexMark.marked_at).limit(limit)
        )
        found = {row.product_id: row.marked_at for row in marks}
        return found, documents.read(connection, list(found))


def take_off(session: Session, found: Mapping[int, datetime]) -> None:
    """Take off these marks, except those renewed since they were read."""
    marks = IndexMark.__table__
    one = delete(IndexMark).where(
        marks.c.product_id == bindparam("its_id"), marks.c.marked_at == bindparam("its_mark")
    )
    session.connection().execute(
        one, [{"its_id": product_id, "its_mark": at} for product_id, at in found.items()]
    )
