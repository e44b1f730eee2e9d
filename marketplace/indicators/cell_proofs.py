"""Decides whether the cells are what the facts under them come to: tallies, village months, larger cells.

Each is counted again from what lies directly below it, and compared value by value. Cells that are marked are
late, not wrong, and are left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table, select, union_all

from marketplace.extensions import db
from marketplace.indicators import cell_rows, cells, spreads, tallies
from marketplace.indicators.belonging import pairs_around
from marketplace.indicators.cell_models import Cell, CellSpread, DirtyCell
from marketplace.indicators.cell_rows import SUMS
from marketplace.indicators.marking import Pair
from marketplace.indicators.rebuilding import places
from marketplace.regions.models import CODE_LENGTHS

MOST = 100


def differences() -> list[str]:
    """Every cell and tally that is not what lies under it; empty when all agree."""
    marked = {(row[0], row[1]) for row in db.session.execute(select(DirtyCell.village_code, DirtyCell.month))}
    late = {pair for village, month in marked for pair in pairs_around(village, month)}
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
    expected: set[Pair] = set()
    for pairs, counts, spread in cells.from_zero(places()):
        expected |= pairs
        codes, keys = sorted({code for code, _key in pairs}), sorted({key for _code, key in pairs})
        stored, kept = cell_rows.read(codes, keys), spreads.read(codes, keys)
        for pair in sorted(pairs - late):
            yield from _compared(pair, counts.get(pair), stored.get(pair))
            if not spreads.equal(kept.get(pair), spread.get(pair), CODE_LENGTHS[len(pair[0])]):
                yield f"cell {pair[0]} {pair[1]}: its spread and what lies under it differ"
    yield from _superfluous(expected | late)


def _superfluous(known: set[Pair]) -> Iterator[str]:
    for table in (Cell.__table__, CellSpread.__table__):
        rows = select(table.c.region_code, table.c.period_key).distinct()
        for code, key in db.session.execute(rows.order_by("region_code", "period_key")):
            if (code, key) not in known:
                yield f"{table} {code} {key}: nothing lies under it"


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
