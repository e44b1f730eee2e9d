"""Decides how the index in the database follows the goods, and how it is made from nothing.

Documents and marks change in one transaction, so that nothing can be cut between the two. Making it anew
takes a transaction for each portion: whoever sells meanwhile waits for one of them at most.
"""

from collections.abc import Iterator
from itertools import islice

import structlog
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.search import documents, marks
from marketplace.search.documents import CHUNK, Document
from marketplace.search.in_database import slots, writing
from marketplace.search.in_database.slots import IndexSlot
from marketplace.search.progress import Progress, expected
from marketplace.search.storage import Unreadable

# A checkout may wait behind this.
TOGETHER = 50
log = structlog.get_logger()


def catch_up(limit: int) -> int:
    """For who has the turn: bring the index up to date with some marked products; answers how many."""
    _ready()
    taken, found = marks.taken(min(limit, TOGETHER))
    if taken:
        with transaction() as session:
            slot, connection = slots.touch(session), session.connection()
            writing.remove(connection, slot, taken)
            writing.put(connection, slot, found)
            marks.take_off(session, taken)
    return len(taken)


def build(progress: Progress | None = None) -> int:
    """For who has the turn: make the index anew; answers how many products it holds."""
    everything, done, slot = expected(), 0, slots.spare()
    source = documents.read_all()
    while portion := _next(source):
        with transaction() as session:
            writing.put(session.connection(), slot, portion)
        done += len(portion)
        if progress:
            progress(done, max(done, everything))
    slots.use(slot)
    if progress:
        progress(done, done)
    return done


def stored() -> dict[int, str]:
    """Product id -> digest of every document.

    Raises:
        Unreadable: there is no index, or it is damaged.
    """
    slot = _in_use()
    with db.engine.connect() as connection:
        return writing.stored(connection, slot)


def _ready() -> None:
    try:
        _in_use()
    except Unreadable as reason:
        # The first index of an installation replaces nothing, so there is nothing to worry about.
        with db.engine.connect() as connection:
            replaces = connection.scalar(select(IndexSlot.id)) is not None
        if replaces:
            log.warning("the index is built anew", reason=str(reason))
        build()


def _in_use() -> str:
    """The slot in use, as it is committed; its tables are there."""
    with db.engine.connect() as connection:
        row = connection.execute(select(IndexSlot.slot, IndexSlot.form)).first()
    if row is None or row.form != slots.FORM:
        raise Unreadable("there is no index in the database")
    if not slots.usable(row.slot):
        raise Unreadable(f"tables of {row.slot} are gone")
    return str(row.slot)


def _next(source: Iterator[Document]) -> list[Document]:
    return list(islice(source, CHUNK))
