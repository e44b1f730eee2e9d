"""Decides to which cells a row of a village month belongs: by level of region and kind of period."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from marketplace.indicators.periods import MONTH, MONTHS, YEAR, around, period
from marketplace.regions.models import CODE_LENGTHS, VILLAGE, Region

Key = tuple[str, str]
Counts = dict[Key, dict[str, int]]
LENGTHS = {level: length for length, level in CODE_LENGTHS.items()}
_PLACE = ("village_code", "month")


def codes_around(villages: Iterable[str]) -> list[str]:
    """The codes of these villages and of every region that one of them lies in."""
    return sorted({village[:length] for village in villages for length in LENGTHS.values()})


def keys_around(months: Iterable[str], kinds: Iterable[str] = MONTHS) -> list[str]:
    """The keys of the periods of these kinds in which one of the months lies."""
    return sorted({key_around(month, kind) for month in months for kind in kinds})


@cache
def key_around(month: str, kind: str) -> str:
    """The key of the period of a kind in which a month lies."""
    return around(month, kind).key


def pairs_around(village: str, month: str) -> list[Key]:
    """The twelve cells that a village month belongs to: by region and key of the period."""
    keys = keys_around((month,))
    return [(village[:length], key) for length in LENGTHS.values() for key in keys]


def months_of(keys: Iterable[str]) -> list[str]:
    """The months of the periods with these keys."""
    return sorted({month for key in keys for month in period(key).months()})


def slot_of(kind: str, month: Any) -> ColumnElement[str]:
    """The key of the period of a kind in which a month lies."""
    if kind == MONTH:
        whole: ColumnElement[str] = month
        return whole
    year: ColumnElement[str] = func.substr(month, 1, 4)
    if kind == YEAR:
        return year
    number = (cast(func.substr(month, 6, 2), BigInteger) + 2) // 3
    return year.concat("-Q").concat(cast(number, Region.code.type))


def inside(column: Any, scope: str) -> ColumnElement[bool]:
    """Whether a code is the scope or lies below it.

    All codes of one level are equally long, so a prefix decides; LIKE and ranges would depend on the
    collation.
    """
    if len(scope) == LENGTHS[VILLAGE]:
        condition: ColumnElement[bool] = column == scope
        return condition
    return func.substr(column, 1, len(scope)) == scope


def among(villages: Any, months: Any) -> ColumnElement[bool]:
    """Whether a row is of the villages and months that are bound to a statement."""
    here: ColumnElement[bool] = villages.in_(bindparam("villages", expanding=True))
    when: ColumnElement[bool] = months.in_(bindparam("months", expanding=True))
    return here & when


def whole(table: Any, level: str, kind: str) -> Subquery:
    """The rows of whole regions in whole periods: their `code` and `slot`, and what else the table holds.

    Of the regions of `level` that are bound as `codes`, in the `months` that are bound.
    """
    # Of villages the code as it stands: its rows lie in that order, so grouping needs no sorting.
    code = table.village_code if level == VILLAGE else func.substr(table.village_code, 1, LENGTHS[level])
    return _rows(table, code, kind).where(_among(level, table.village_code, table.month)).subquery()


def of_members(table: Any, member: str) -> Subquery:
    """The rows of the bound `members` once for each cell that they belong to, in the periods around months.

    Bound are the months of the periods, by their kind.
    """
    lengths = (select(literal_column(str(length), Integer).label("length")) for length in LENGTHS.values())
    wide = union_all(*lengths).subquery()
    code = func.substr(table.village_code, 1, wide.c.length)
    mine = table.__table__.c[member].in_(bindparam("members", expanding=True))
    kinds = (
        _rows(table, code, kind)
        .join_from(table, wide, true())
        .where(mine, table.month.in_(bindparam(kind, expanding=True)))
        for kind in MONTHS
    )
    return union_all(*kinds).subquery()


def _rows(table: Any, code: Any, kind: str) -> Select[*tuple[Any, ...]]:
    others = (column for column in table.__table__.c if column.key not in _PLACE)
    return select(code.label("code"), slot_of(kind, table.month).label("slot"), *others)


def _among(level: str, village: Any, month: Any) -> ColumnElement[bool]:
    """Whether a row lies in the regions of a level and in the months that are bound."""
    if level == VILLAGE:
        here: ColumnElement[bool] = village.in_(bindparam("codes", expanding=True))
    else:
        code = func.substr(Region.code, 1, LENGTHS[level])
        below = select(Region.code).where(
            Region.level == VILLAGE, code.in_(bindparam("codes", expanding=True))
        )
        here = village.in_(below)
    when: ColumnElement[bool] = month.in_(bindparam("months", expanding=True))
    return here & when
