"""Decides where the index lies in the database: two slots of tables, of which `index_slot` names one.

A slot is made and filled beside the one in use, then named; so no migration knows its tables, and another
form of them is another number here.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, String, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.extensions import db
from marketplace.kit.columns import Base, Id
from marketplace.kit.rows import ask, table_of
from marketplace.kit.transaction import transaction
from marketplace.kit.unchanged import remembered
from marketplace.search.storage import Unreadable

FORM = 1
SLOTS = ("a", "b")
Stamp = tuple[str, int]
_MADE = {
    "sqlite": (
        """CREATE VIRTUAL TABLE search_{slot}_text USING fts5(name, category, shop, place, description,
        labels, content='', contentless_delete=1, tokenize='ascii')""",
        """CREATE TABLE search_{slot}_document
        (product_id INTEGER PRIMARY KEY, digest TEXT NOT NULL, names TEXT NOT NULL)""",
        "CREATE TABLE search_{slot}_word (word TEXT PRIMARY KEY, uses INTEGER NOT NULL) WITHOUT ROWID",
    ),
    "postgresql": (
        """CREATE TABLE search_{slot}_document (product_id BIGINT PRIMARY KEY, digest TEXT NOT NULL,
        names TEXT NOT NULL, words TSVECTOR NOT NULL)""",
        'CREATE TABLE search_{slot}_word (word TEXT COLLATE "C" PRIMARY KEY, uses INTEGER NOT NULL)',
    ),
}
_FINISHED = {
    "sqlite": (),
    "postgresql": (
        """CREATE INDEX search_{slot}_words ON search_{slot}_document
        USING gin (words) WITH (fastupdate = off)""",
        "ANALYZE search_{slot}_document",
        "ANALYZE search_{slot}_word",
    ),
}


class IndexSlot(Base):
    """The slot in use: the form of its tables, and a number that every change counts up. One row at most."""

    __tablename__ = "index_slot"

    id: Mapped[Id]
    slot: Mapped[str] = mapped_column(String(1))
    form: Mapped[int]
    changed: Mapped[int]


def _in_use() -> Select[str, int, int]:
    table = table_of(IndexSlot)
    return select(table.c.slot, table.c.form, table.c.changed)


_IN_USE = _in_use()


def stamp() -> Stamp:
    """The slot in use and what changes with every change of it.

    Raises:
        Unreadable: there is no index, or one of another form.
    """
    found = _named()
    if found is None or found[1] != FORM:
        raise Unreadable("there is no index in the database")
    return found[0], found[2]


@remembered
def _named() -> tuple[str, int, int] | None:
    row = ask(_IN_USE).first()
    return None if row is None else (row.slot, row.form, row.changed)


def usable(slot: str) -> bool:
    """Whether the tables of the slot are there."""
    with db.engine.connect() as connection:
        try:
            connection.exec_driver_sql(f"SELECT product_id FROM search_{slot}_document LIMIT 1").all()  # noqa: S608
        except DBAPIError:
            return False
    return True


def touch(session: Session) -> str:
    """Within a transaction: the slot in use, which is about to change.

    Raises:
        Unreadable: there is none any more.
    """
    row = session.scalar(select(IndexSlot).with_for_update())
    if row is None:
        raise Unreadable("there is no index in the database")
    row.changed += 1
    return row.slot


def spare() -> str:
    """The slot that is not in use, its tables made anew and empty."""
    with transaction() as session:
        used = session.scalar(select(IndexSlot.slot))
        slot = SLOTS[1] if used == SLOTS[0] else SLOTS[0]
        _remove(session, slot)
        _do(session, _MADE, slot)
    return slot


def use(slot: str) -> None:
    """Name a filled slot; the other one is removed afterwards."""
    with transaction() as session:
        _do(session, _FINISHED, slot)
    with transaction() as session:
        row = session.scalar(select(IndexSlot).with_for_update())
        if row is None:
            row = IndexSlot(slot=slot, form=FORM, changed=0)
            session.add(row)
        row.slot, row.form, row.changed = slot, FORM, row.changed + 1
    with transaction() as session:
        _remove(session, next(other for other in SLOTS if other != slot))


def _do(session: Session, statements: Mapping[str, Sequence[str]], slot: str) -> None:
    connection = session.connection()
    for words in statements[connection.dialect.name]:
        connection.exec_driver_sql(words.format(slot=slot))


def _remove(session: Session, slot: str) -> None:
    for kind in ("text", "document", "word"):
        session.connection().exec_driver_sql(f"DROP TABLE IF EXISTS search_{slot}_{kind}")
