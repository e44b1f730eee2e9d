"""Decides when cells are counted again: what changes marks its village month, a turn counts what is marked.

A turn takes marked village months in portions, and moves them and every larger and longer cell around them
in one short transaction (`moving.py`): whoever reads sees all of it or nothing. Reading never counts. Until a
mark is gone, the figures say that they go back to before it (`queries.cutoff`).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import delete, func, select

from marketplace.extensions import db
from marketplace.indicators import cell_rows, counting, first_sales, moving, spreads, tallies
from marketplace.indicators.belonging import LENGTHS, Counts, key_around, months_of
from marketplace.indicators.cell_models import Cell, CellSpread, DirtyCell
from marketplace.indicators.marking import Pair, mark, mark_all, mark_from
from marketplace.indicators.periods import MONTHS
from marketplace.indicators.spreads import Spreads
from marketplace.indicators.turns import cells_alone
from marketplace.kit.progress import Tick
from marketplace.kit.transaction import transaction
from marketplace.regions.models import DISTRICT, PROVINCE, REGENCY, VILLAGE

__all__ = ["from_zero", "mark", "mark_all", "mark_from", "recount", "refresh", "turn"]

PORTION = 100
MARKS = 2_000
# So many regions of a level are counted from zero together: the larger the place, the fewer.
TOGETHER = {VILLAGE: 100, DISTRICT: 20, REGENCY: 2, PROVINCE: 1}


def refresh(*, at: datetime, tick: Tick | None = None, portion: int = PORTION) -> int:  # noqa: ARG001
    """Count everything that is marked, until no mark is left; answers how many marks there were.

    A job with transactions of its own, of about `portion` village months each; called like every job.
    """
    done, total = 0, db.session.scalar(select(func.count()).select_from(DirtyCell)) or 0
    while some := turn(portion):
        done += some
        if tick:
            tick(min(done, total), total)
    return done


def turn(portion: int = PORTION) -> int:
    """Count one portion of what is marked, in a transaction of its own; answers how many marks are gone."""
    if db.session.scalar(select(DirtyCell.id).limit(1)) is None:
        return 0
    with transaction():
        cells_alone()
        marks = _portion(portion)
        # Who was here before has maybe counted them all.
        if marks:
            villages, months = {row.village_code for row in marks}, {row.month for row in marks}
            moving.move(sorted(villages), sorted(months))
            seen = DirtyCell.id.in_([row.id for row in marks])
            db.session.execute(_quietly(delete(DirtyCell).where(seen)))
        return len(marks)


def _portion(most: int) -> list[Any]:
    """Marks of few villages or few months: all of these villages in all of these months are counted."""
    rows = select(DirtyCell.id, DirtyCell.village_code, DirtyCell.month)
    rows = rows.order_by(DirtyCell.village_code, DirtyCell.month).limit(MARKS)
    villages: set[str] = set()
    months: set[str] = set()
    some: list[Any] = []
    for row in db.session.execute(rows):
        if some and len(villages | {row.village_code}) * len(months | {row.month}) > most:
            break
        villages.add(row.village_code)
        months.add(row.month)
        some.append(row)
    return some


def recount(known: list[Pair], tick: Tick | None = None) -> None:
    """Make tallies and cells of these village months from zero, in the running transaction.

    `known` are all that have facts, outcomes or snapshots (`rebuilding.places`). Nobody sees half of it.
    """
    cells_alone()
    for table in (Cell, CellSpread, DirtyCell):
        db.session.execute(_quietly(delete(table)))
    tallies.make()
    first_sales.make()
    done, total = 0, len(known)
    for pairs, counts, spread in from_zero(known):
        cell_rows.add(counts)
        spreads.write(spread)
        done += len(pairs)
        if tick:
            tick(min(done, total), total)


def from_zero(known: list[Pair]) -> Iterator[tuple[set[Pair], Counts, Spreads]]:
    """Portions of all cells around these village months and what they come to, the small ones first.

    Each is counted from the tallies and from the cells right below, which must be there already.
    """
    for level, many in TOGETHER.items():
        length = LENGTHS[level]
        inside: dict[str, set[str]] = defaultdict(set)
        for village, month in known:
            inside[village[:length]].add(month)
        codes = sorted(inside)
        for start, kind in product(range(0, len(codes), many), MONTHS):
            yield _counted(level, kind, {code: inside[code] for code in codes[start : start + many]})


def _counted(level: str, kind: str, some: dict[str, set[str]]) -> tuple[set[Pair], Counts, Spreads]:
    wanted = {(code, key_around(month, kind)) for code, months in some.items() for month in months}
    whole = months_of({key for _code, key in wanted})
    counts, spread = counting.from_zero(level, kind, sorted(some), whole)
    return (
        wanted,
        {pair: each for pair, each in counts.items() if pair in wanted},
        {pair: each for pair, each in spread.items() if pair in wanted},
    )


def _quietly(statement: Any) -> Any:
    """None of these rows is held as an object, so the session has nothing to bring up to date."""
    return statement.execution_options(synchronize_session=False)
