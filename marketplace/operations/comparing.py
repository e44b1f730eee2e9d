"""Decides how two tellings of the same thing are compared: in the database, by key, both ways."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, String, cast, func, literal_column, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent

Rows = Select[*tuple[Any, ...]]
Telling = Rows | CompoundSelect[*tuple[Any, ...]]
NOTHING: ColumnElement[int] = literal_column("0")


@contextmanager
def one_state() -> Iterator[None]:
    """What is read in the block is one state of the data, on a session of its own; nothing is written."""
    with current_app.app_context():
        if db.engine.dialect.name == "postgresql":
            # SQLite reads one state until the transaction ends; PostgreSQL has to be asked for that.
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            db.session.connection(execution_options=options)
        yield


def compare(due: Telling, real: Telling, words: str) -> list[str]:
    """A sentence for each row of `differing`. `words` has a place for each of its values."""
    return say(differing(due, real), words)


def differing(due: Telling, real: Telling) -> Rows:
    """The keys whose sums differ, in order, each with what should be and what is.

    Both sides select the same keys and a number as last column. A key that only one side knows counts as 0
    on the other.
    """
    wanted, standing = due.subquery(), real.subquery()
    *keys, amount = wanted.c
    *same_keys, same_amount = standing.c
    both = union_all(
        select(*keys, amount.label("due_amount"), NOTHING.label("real_amount")),
        select(*same_keys, NOTHING, same_amount),
    ).subquery()
    *by, due_amount, real_amount = both.c
    sums = func.sum(due_amount).label("should_be"), func.sum(real_amount).label("stands")
    return select(*by, *sums).group_by(*by).having(sums[0] != sums[1]).order_by(*by)


def say(rows: Rows, words: str) -> list[str]:
    """A sentence for each row; `words` has a place for each of its values."""
    return [words.format(*row) for row in db.session.execute(rows)]


def handed_on(subject: str, row_id: Any) -> ColumnElement[bool]:
    """Whether nothing that happened to these rows (`seller_order`, its id) still waits for the worker."""
    waits = select(OutboxEvent.subject).where(OutboxEvent.handled_at.is_(None))
    return (f"{subject}:" + cast(row_id, String)).not_in(waits)
