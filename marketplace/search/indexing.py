"""Decides how the index follows the goods: marked products are read again, written, and only then unmarked.

Killed at any point, the marks remain or the same work is done once more. Only worker and commands call this.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from marketplace.config import settings
from marketplace.kit.transaction import transaction
from marketplace.search import documents, marks, rebuilding, storage
from marketplace.search.in_database import following

# Another process that rebuilds needs longer; the marks wait for the next round then.
PATIENCE = 2.0
log = structlog.get_logger()
_checked: dict[Path, storage.Stamp | None] = {}


def catch_up(limit: int = 200) -> int:
    """Bring the index up to date with up to `limit` marked products; answers how many.

    Opens its own transaction, so it is called outside of any. An index that cannot be opened, or whose last
    write was cut short, is built anew first. Does nothing where there is none.
    """
    config = settings()
    if not (config.searches_files or config.searches_database):
        return 0
    with storage.turn(config.index_dir, patience=PATIENCE) as held:
        if not held:
            return 0
        if config.searches_database:
            return following.catch_up(limit)
        index = _usable(config.index_dir)
        taken, found = marks.taken(limit)
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


def _write(top: Path, index: Any, product_ids: set[int], found: list[documents.Document]) -> None:
    with storage.writing(index) as writer:
        for product_id in product_ids - {document.product_id for document in found}:
            writer.delete_by_term("id", str(product_id))
        for document in found:
            writer.update_document(**storage.fields(document))
    storage.publish(top, index)
    _checked[top] = storage.stamp(top)


def _unmark(taken: dict[int, datetime]) -> None:
    with transaction() as session:
        marks.take_off(session, taken)
