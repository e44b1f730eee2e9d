"""Decides how rows are read and written without objects: what every checkout does, at a tenth of the price.

Statements are built once, where their module is read, from `table_of` a class. The session does not know the
rows: it writes what it holds before, and who changes rows here lets it `forget` what it has read of them.
"""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Executable, Table

from marketplace.extensions import db
from marketplace.kit.columns import Base
from marketplace.kit.lanes import Rows, lane_of
from marketplace.kit.statements import insertion, insertion_unless, spoken
from marketplace.kit.transaction import lane_of_transaction, open_lane


def table_of(rows: type[Base]) -> Table:
    """The table behind a class, for statements that need no objects."""
    return cast(Table, rows.__table__)


def ask(statement: Executable, **values: Any) -> Rows:
    """Read rows as the running transaction sees them; what the session still holds is written before."""
    session = db.session()
    session.flush()
    lane = open_lane(session) or lane_of(session.connection())
    words = spoken(statement, lane.engine, values)
    return lane.say(words, (words.values(values),))


def lock(statement: Executable, **values: Any) -> None:
    """Lock what a statement reads until the transaction ends. Where writers take turns, all is locked.

    Raises:
        RuntimeError: no transaction is open.
    """
    lane = lane_of_transaction()
    if lane.engine == "postgresql":
        words = spoken(statement, lane.engine, values)
        lane.say(words, (words.values(values),))


def rewrite(statement: Executable, *values: Mapping[str, Any]) -> None:
    """Change rows, once for each of `values`.

    Raises:
        RuntimeError: no transaction is open.
    """
    lane = lane_of_transaction()
    words = spoken(statement, lane.engine, values[0])
    lane.say(words, [words.values(each) for each in values])


def add(rows: type[Base], row: Mapping[str, Any]) -> int:
    """Insert a row; answers its id.

    Raises:
        RuntimeError: no transaction is open.
    """
    return int(adding(rows, row).scalar_one())


def adding(rows: type[Base], row: Mapping[str, Any]) -> Rows:
    """The same for who looks at the id later, so that several rows can go together.

    Raises:
        RuntimeError: no transaction is open.
    """
    lane = lane_of_transaction()
    words = insertion(rows, tuple(row), lane.engine, answers=True)
    return lane.say(words, (words.values(row),))


def add_unless_taken(rows: type[Base], row: Mapping[str, Any], *, unique: str) -> int | None:
    """Insert a row, answer its id; None, and nothing done, where the column `unique` has its value already.

    Raises:
        RuntimeError: no transaction is open.
    """
    lane = lane_of_transaction()
    words = insertion_unless(rows, tuple(row), lane.engine, unique=unique)
    found = lane.say(words, (words.values(row),)).scalar()
    return None if found is None else int(found)


def forget() -> None:
    """Let the session, which holds no changes, read again what it knows: rows changed behind its back."""
    db.session.expire_all()
