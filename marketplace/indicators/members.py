"""Counts who and what is in a cell once each: shops with their squares, buyers, products.

Each sum is a sum over members of something that depends on the rows of that member alone. So the same
statements count a cell from zero, and tell by how much it moves when only some members have changed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, Subquery, case, cast, func, select

from marketplace.extensions import db
from marketplace.indicators.belonging import Counts, keys_around, months_of, of_members, whole
from marketplace.indicators.cell_models import BuyerMonth, ProductMonth, ShopMonth
from marketplace.indicators.periods import MONTHS
from marketplace.indicators.sums import RINGS

MILLION = 1_000_000
TOGETHER = 1_000
Statement = Select[*tuple[Any, ...]]


def of_regions(level: str, kind: str, codes: Sequence[str], months: Sequence[str]) -> Counts:
    """What these regions come to in the periods that the months lie in. Both must be whole."""
    found: Counts = {}
    for table in KINDS:
        _take_in(found, _from_zero(table, level, kind), {"codes": codes, "months": months})
    return _squared(found)


def of_some(changed: Mapping[Any, Collection[Any]], months: Collection[str]) -> Counts:
    """What these members alone come to in every cell around these months, of every level and kind."""
    found: Counts = {}
    whole_periods = {kind: months_of(keys_around(months, (kind,))) for kind in MONTHS}
    for table, members in changed.items():
        for some in _portions(sorted(members)):
            _take_in(found, _of_these(table), {"members": some, **whole_periods})
    return _squared(found)


def moved(before: Counts, after: Counts) -> Counts:
    """By how much the sums of each cell differ; cells in which nothing does are left out."""
    found: Counts = {}
    for pair in before.keys() | after.keys():
        was, now = before.get(pair, {}), after.get(pair, {})
        steps = {name: now.get(name, 0) - was.get(name, 0) for name in was.keys() | now.keys()}
        if some := {name: step for name, step in steps.items() if step}:
            found[pair] = some
    return found


def _take_in(found: Counts, statement: Statement, bound: Mapping[str, Any]) -> None:
    for code, slot, *values in db.session.execute(statement, bound):
        sums = found.setdefault((code, slot), defaultdict(int))
        for name, value in zip(_names(statement), values, strict=True):
            sums[name] += int(value or 0)


def _names(statement: Statement) -> list[str]:
    return list(statement.selected_columns.keys())[2:]


def _squared(found: Counts) -> Counts:
    """Put the squares together from their three parts."""
    for counts in found.values():
        high, middle, low = (counts.pop(f"squares_{part}", 0) for part in ("high", "middle", "low"))
        counts["squares"] = (high * MILLION + 2 * middle) * MILLION + low
    return found


def _portions(members: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(members), TOGETHER):
        yield members[start : start + TOGETHER]


@cache
def _from_zero(table: Any, level: str, kind: str) -> Statement:
    member, count = KINDS[table]
    return count(whole(table, level, kind), member)


@cache
def _of_these(table: Any) -> Statement:
    member, count = KINDS[table]
    return count(of_members(table, member), member)


def _shops(rows: Subquery, member: str) -> Statement:
    """Shops above zero, what they sold, its squares. Squares are added in three parts that fit in 64 bits."""
    total = cast(func.sum(rows.c.net), BigInteger)
    at = _each(rows, member, total.label("net"), func.min(rows.c.nib).label("nib")).c
    millions, rest = at.net // MILLION, at.net % MILLION
    return (
        select(
            at.code,
            at.slot,
            func.count().label("shops"),
            func.sum(at.net).label("positive_shops"),
            func.sum(millions * millions).label("squares_high"),
            func.sum(millions * rest).label("squares_middle"),
            func.sum(rest * rest).label("squares_low"),
            func.sum(at.nib).label("nib_shops"),
        )
        .where(at.net > 0)
        .group_by(at.code, at.slot)
    )


def _buyers(rows: Subquery, member: str) -> Statement:
    reached = (
        func.max(case((rows.c.ring == place, 1), else_=0)).label(f"buyers_{name}")
        for place, name in enumerate(RINGS)
    )
    at = _each(rows, member, func.sum(rows.c.orders).label("orders"), *reached).c
    return select(
        at.code,
        at.slot,
        func.count().label("buyers"),
        func.count().filter(at.orders > 1).label("repeat_buyers"),
        *(func.sum(at[f"buyers_{name}"]).label(f"buyers_{name}") for name in RINGS),
    ).group_by(at.code, at.slot)


def _products(rows: Subquery, member: str) -> Statement:
    flags = (
        *(func.max(rows.c[name]) for name in ("unggulan", "branded", "packaged")),
        func.min(rows.c.licensed),
    )
    names = ("unggulan", "branded", "packaged", "licensed")
    at = _each(rows, member, *(flag.label(name) for flag, name in zip(flags, names, strict=True))).c
    sums = (func.sum(at[name]).label(name) for name in names)
    return select(at.code, at.slot, *sums).group_by(at.code, at.slot)


def _each(rows: Subquery, member: str, *measures: Any) -> Subquery:
    """One row per cell and member, with measures over its village months."""
    key = (rows.c.code, rows.c.slot, rows.c[member])
    return select(*key, *measures).group_by(*key).subquery()


# What is counted once each: its tally, who is counted, and how.
KINDS: dict[Any, tuple[str, Callable[[Subquery, str], Statement]]] = {
    ShopMonth: ("shop_id", _shops),
    BuyerMonth: ("buyer_key", _buyers),
    ProductMonth: ("product_id", _products),
}
