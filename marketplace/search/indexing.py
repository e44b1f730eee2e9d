"""Decides how the index follows the goods: marked products are read again, written, and only then unmarked.

Killed at any point, the marks remain or the same work is done once more. Only worker and commands call this.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import bindparam, delete, select

from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.search import documents, rebuilding, storage
from marketplace.search.models import IndexMark

# Another process that rebuilds needs longer; the marks wait for the next round then.
PATIENCE = 2.0
log = structlog.get_logger()
_checked: dict[Path, storage.Stamp | None] = {}


def catch_up(limit: int = 200) -> int:
    """Bring the index up to date with up to `limit` marked products; answers how many.

    Opens its own transaction, so it is called outside of any. An index that cannot be opened, or whose last
    write was cut short, is built anew first. Does nothing where the database does the searching.
    """
    config = settings()
    if not config.search_url.startswith("whoosh:"):
        return 0
    with storage.turn(config.index_dir, patience=PATIENCE) as held:
        if not held:
            return 0
        index = _usable(config.index_dir)
        taken, found = _taken(limit)
        if taken:
            _write(config.index_dir, index, set(taken), found)
            _unmark(taken)
    return len(taken)


def _usable(top: Path) -> Any:
    """The index to write to. What another process wrote since is read through once before it is trusted."""
    try:
        index = storage.opened(top, finished=True)
        if _checked.get(top) != storage.stamp(top):
            rebuilding.stored(index)
    except storage.Unreadable as reason:
        # The first index of an installation replaces nothing, so there is nothing to worry about.
        if storage.stamp(top) is not None:
            log.warning("the index is built anew", reason=str(reason))
        rebuilding.build(top)
        index = storage.opened(top, finished=True)
    _checked[top] = storage.stamp(top)
    return index


def _taken(limit: int) -> tuple[dict[int, datetime], list[documents.Document]]:
    """Marks first, products second: a change between the two is read now and marked again later."""
    with db.engine.connect() as connection:
        marks = connection.execute(
            select(IndexMark.product_id, IndexMark.marked_at).order_by(IndexMark.marked_at).limit(limit)
        )
        taken = {row.product_id: row.marked_at for row in marks}
        return taken, documents.read(connection, list(taken))


def _write(top: Path, index: Any, product_ids: set[int], found: list[documents.Document]) -> None:
    with storage.writing(index) as writer:
        for product_id in product_ids - {document.product_id for document in found}:
            writer.delete_by_term("id", str(product_id))
        for document in found:
            writer.update_document(**storage.fields(document))
    storage.publish(top, index)
    _checked[top] = storage.stamp(top)


def _unmark(taken: dict[int, datetime]) -> None:
    """Take off the marks, except those renewed since they were read."""
    marks = IndexMark.__table__
    one = delete(IndexMark).where(
        marks.c.product_id == bindparam("its_id"), marks.c.marked_at == bindparam("its_mark")
    )
    with transaction() as session:
        rows = [{"its_id": product_id, "its_mark": at} for product_id, at in taken.items()]
        session.connection().execute(one, rows)
