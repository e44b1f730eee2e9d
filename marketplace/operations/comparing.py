"""Decides how two tellings of the same thing are compared: in the database, by key, both ways."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from marketplace.extensions import db

Rows = Select[*tuple[Any, ...]]
Telling = Rows | CompoundSelect[*tuple[Any, ...]]
NOTHING: ColumnElement[int] = literal_column("0")


def compare(due: Telling, real: Telling, words: str) -> list[str]:
    """A sentence for each key whose sums differ. Both sides select the same keys and a number as last column.

    A key that only one side knows counts as 0 on the other. `words` has a place for each key, then for what
    should be, then for what is.
    """
    wanted, standing = due.subquery(), real.subquery()
    *keys, amount = wanted.c
    *same_keys, same_amount = standing.c
    both = union_all(
        select(*keys, amount.label("due_amount"), NOTHING.label("real_amount")),
        select(*same_keys, NOTHING, same_amount),
    ).subquery()
    *by, due_amount, real_amount = both.c
    sums = func.sum(due_amount), func.sum(real_amount)
    return say(
        select(*by, *sums).group_by(*by).having(sums[0] != sums[1]).order_by(*by),
        words,
    )


def say(rows: Rows, words: str) -> list[str]:
    """A sentence for each row; `words` has a place for each of its values."""
    return [words.format(*row) for row in db.session.execute(rows)]
