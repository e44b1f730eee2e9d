"""Decides how rows are read and written without objects: what every checkout does, at a sixth of the price.

Statements are built once, where their module is read, from `table_of` a class. The session does not know the
rows: it writes what it holds before, and who changes rows here lets it `forget` what it has read of them.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Executable, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.extensions import db
from marketplace.kit.columns import Base
from marketplace.kit.transaction import WRITES


def table_of(rows: type[Base]) -> Table:
    """The table behind a class, for statements that need no objects."""
    return cast(Table, rows.__table__)


def ask(statement: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Read rows as the running transaction sees them; what the session still holds is written before."""
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)


def rewrite(statement: Executable, *values: Mapping[str, Any]) -> None:
    """Change rows, once for each of `values`.

    Raises:
        RuntimeError: no transaction is open.
    """
    _connection().execute(statement, values)


def add(rows: type[Base], row: Mapping[str, Any]) -> int:
    """Insert a row; answers its id.

    Raises:
        RuntimeError: no transaction is open.
    """
    key: Any = _connection().execute(_insert_into(rows), row).inserted_primary_key
    return int(key[0])


def add_unless_taken(rows: type[Base], row: Mapping[str, Any], *, unique: str) -> int | None:
    """Insert a row, answer its id; None, and nothing done, where the column `unique` has its value already.

    Raises:
        RuntimeError: no transaction is open.
    """
    connection = _connection()
    found = connection.execute(_insert_unless(rows, unique, connection.dialect.name), row).scalar()
    return None if found is None else int(found)


def forget() -> None:
    """Let the session, which holds no changes, read again what it knows: rows changed behind its back."""
    db.session.expire_all()


def _connection() -> Connection:
    session = db.session()
    if not session.info.get(WRITES):
        raise RuntimeError("rows were changed outside a transaction")
    return session.connection()


@cache
def _insert_into(rows: type[Base]) -> Insert:
    return insert(table_of(rows))


@cache
def _insert_unless(rows: type[Base], unique: str, dialect: str) -> Executable:
    table = table_of(rows)
    begun: Any = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    statement: Executable = begun.on_conflict_do_nothing(index_elements=[unique]).returning(table.c.id)
    return statement
