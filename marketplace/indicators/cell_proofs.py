"""Decides whether the cells are what the facts under them come to: tallies, village months, larger cells.

Each is counted again from what lies directly below it, and compared value by value. Cells that are marked are
late, not wrong, and are left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table, select, union_all

from marketplace.extensions import db
from marketplace.indicators import cells, counting, tallies
from marketplace.indicators.cell_models import Cell, DirtyCell
from marketplace.indicators.cells import SUMS
from marketplace.indicators.marking import Pair
from marketplace.indicators.rebuilding import places

MOST = 100
VILLAGES_TOGETHER = 50
Stored = dict[Pair, Mapping[str, Any]]


def differences() -> list[str]:
    """Every cell and tally that is not what lies under it; empty when all agree."""
    marked = {(row[0], row[1]) for row in db.session.execute(select(DirtyCell.village_code, DirtyCell.month))}
    late = marked | {pair for some in cells.larger_around(marked) for pair in some.wanted}
    found: list[str] = []
    for sentence in (*_tallies(marked), *_cells(late)):
        found.append(sentence)
        if len(found) == MOST:
            return [*found, "and maybe more: cells are compared up to here"]
    return found


def _tallies(late: set[Pair]) -> Iterator[str]:
    for model, of_facts in tallies.TALLIES:
        table: Table = model.__table__
        stored, counted = select(table), of_facts(tallies.EVERYTHING)
        one, other = stored.except_(counted).subquery(), counted.except_(stored).subquery()
        for row in db.session.execute(union_all(select(one), select(other))):
            if (row.village_code, row.month) not in late:
                yield f"{table.name} {tuple(row)}: the tally and its facts differ"


def _cells(late: set[Pair]) -> Iterator[str]:
    stored, known = _stored(), set(places())
    expected: set[Pair] = set()
    for some, counts in _counted(known):
        expected |= some
        for pair in sorted(some - late):
            yield from _compared(pair, counts.get(pair), stored.get(pair))
    for pair in sorted(stored.keys() - expected - late):
        yield f"cell {pair[0]} {pair[1]}: nothing lies under it"


def _counted(known: set[Pair]) -> Iterator[tuple[set[Pair], counting.Counts]]:
    """Portions of cells and what they come to: village months, then the larger and longer ones."""
    codes = sorted({village for village, _month in known})
    for start in range(0, len(codes), VILLAGES_TOGETHER):
        some = codes[start : start + VILLAGES_TOGETHER]
        pairs = {pair for pair in known if pair[0] in some}
        yield pairs, counting.of_villages(some, sorted({month for _village, month in pairs}))
    for larger in cells.larger_around(known):
        yield set(larger.wanted), cells.count(larger)


def _compared(pair: Pair, told: Mapping[str, int] | None, stored: Mapping[str, Any] | None) -> Iterator[str]:
    if told is None or stored is None:
        if told is not None:
            yield f"cell {pair[0]} {pair[1]}: there is none"
        elif stored is not None:
            yield f"cell {pair[0]} {pair[1]}: nothing lies under it"
        return
    for name in SUMS:
        if stored[name] != told.get(name, 0):
            yield f"cell {pair[0]} {pair[1]}: {name} is {stored[name]}, counted again {told.get(name, 0)}"


def _stored() -> Stored:
    rows = db.session.execute(select(Cell.__table__)).mappings()
    return {(row["region_code"], row["period_key"]): dict(row) for row in rows}
