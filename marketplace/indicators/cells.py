"""Decides when cells are counted again: what changes marks its village month, a turn counts what is marked.

First the village months, in portions of a short transaction each. Then the larger and longer cells, once for
all marks together: counted outside a transaction, so that nobody waits for it, and written in short ones.
Reading never counts. Until a mark is gone, the figures say that they go back to before it (`queries.cutoff`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, tuple_, update

from marketplace.extensions import db
from marketplace.indicators import counting, tallies
from marketplace.indicators.cell_models import Cell, DirtyCell, FirstSale, ShopMonth
from marketplace.indicators.counting import LENGTHS, Counts
from marketplace.indicators.marking import Pair, mark, mark_all, mark_from
from marketplace.indicators.periods import MONTH, QUARTER, YEAR, around
from marketplace.indicators.sums import Totals
from marketplace.kit.progress import Tick
from marketplace.kit.transaction import alone_with, transaction
from marketplace.regions.models import DISTRICT, PROVINCE, REGENCY, VILLAGE

__all__ = ["count", "larger_around", "mark", "mark_all", "mark_from", "refresh", "write"]

PORTION = 100
# So many regions of a level are counted together: the larger the place, the fewer.
TOGETHER = {VILLAGE: 100, DISTRICT: 20, REGENCY: 2, PROVINCE: 1}
LARGER = [
    (level, kind)
    for level in (VILLAGE, DISTRICT, REGENCY, PROVINCE)
    for kind in (MONTH, QUARTER, YEAR)
    if (level, kind) != (VILLAGE, MONTH)
]
SUMS = [field.name for field in fields(Totals)]
_TURN = "indicators.cells"


@dataclass(frozen=True)
class Larger:
    """Cells of one level and kind of period that are counted together."""

    level: str
    kind: str
    wanted: frozenset[Pair]

    @property
    def codes(self) -> list[str]:
        """Their regions."""
        return sorted({code for code, _key in self.wanted})


def refresh(*, at: datetime, tick: Tick | None = None, portion: int = PORTION) -> int:  # noqa: ARG001
    """Count everything that is marked, until no mark is left; answers how many marks there were.

    A job with transactions of its own, the longest of them about `portion` village months; called like every
    job. Whoever begins it later takes over from whoever is at it.
    """
    done, total = 0, _waiting()
    while some := _count_villages(portion):
        done += some
        if tick:
            tick(min(done, total), total)
    if done or _waiting(counted=True):
        _count_larger()
    return done


def write(counts: Counts, level: str, wanted: Collection[Pair]) -> None:
    """Let these be the cells of the wanted pairs of region and period; what was not counted has none."""
    cell = Cell.__table__
    pairs = [(key, code) for code, key in wanted]
    for start in range(0, len(pairs), 400):
        some = pairs[start : start + 400]
        db.session.execute(delete(cell).where(tuple_(cell.c.period_key, cell.c.region_code).in_(some)))
    rows = [
        {"region_code": code, "period_key": key, "level": level}
        | {name: counts[code, key].get(name, 0) for name in SUMS}
        for code, key in wanted
        if (code, key) in counts
    ]
    if rows:
        db.session.execute(insert(cell), rows)


def larger_around(pairs: Collection[Pair]) -> Iterator[Larger]:
    """The larger and longer cells that contain these village months, in portions, small ones first."""
    for level, kind in LARGER:
        wanted: dict[str, set[Pair]] = defaultdict(set)
        for village, month in pairs:
            code = village[: LENGTHS[level]]
            wanted[code].add((code, around(month, kind).key))
        codes = sorted(wanted)
        for start in range(0, len(codes), TOGETHER[level]):
            some = codes[start : start + TOGETHER[level]]
            yield Larger(level, kind, frozenset().union(*(wanted[code] for code in some)))


def count(some: Larger) -> Counts:
    """Count these cells from the village months below them; only reads."""
    months = {month for _code, key in some.wanted for month in counting.months_of(key)}
    found = counting.of_regions(some.level, some.kind, some.codes, sorted(months))
    return {pair: counts for pair, counts in found.items() if pair in some.wanted}


def _waiting(*, counted: bool = False) -> int:
    rows = select(func.count()).select_from(DirtyCell).where(DirtyCell.counted.is_(counted))
    return db.session.scalar(rows) or 0


def _count_villages(portion: int) -> int:
    with transaction():
        alone_with(_TURN)
        rows = select(DirtyCell.id, DirtyCell.village_code, DirtyCell.month)
        rows = rows.where(DirtyCell.counted.is_(False)).order_by(DirtyCell.village_code, DirtyCell.month)
        marks = db.session.execute(rows.limit(portion)).all()
        if not marks:
            return 0
        villages = sorted({mark.village_code for mark in marks})
        months = sorted({mark.month for mark in marks})
        tallies.replace(villages, months)
        counts = counting.of_villages(villages, months)
        write(counts, VILLAGE, [(village, month) for village in villages for month in months])
        _know_first_sales(villages)
        seen = [mark.id for mark in marks]
        db.session.execute(_quietly(update(DirtyCell).where(DirtyCell.id.in_(seen)).values(counted=True)))
        return len(marks)


def _count_larger() -> None:
    turn = uuid4().hex
    with transaction():
        alone_with(_TURN)
        rows = update(DirtyCell).where(DirtyCell.counted.is_(True)).values(turn=turn)
        db.session.execute(_quietly(rows))
    mine = select(DirtyCell.village_code, DirtyCell.month).where(DirtyCell.turn == turn)
    marks = db.session.execute(mine).all()
    for some in larger_around({(row.village_code, row.month) for row in marks}):
        counts = count(some)
        with transaction():
            if not _still_at(turn, len(marks)):
                return
            write(counts, some.level, some.wanted)
    with transaction():
        if _still_at(turn, len(marks)):
            db.session.execute(_quietly(delete(DirtyCell).where(DirtyCell.turn == turn)))


def _still_at(turn: str, marks: int) -> bool:
    """Whether nobody has begun later: what was counted before is then too old to be written."""
    alone_with(_TURN)
    rows = select(func.count()).select_from(DirtyCell).where(DirtyCell.turn == turn)
    return db.session.scalar(rows) == marks


def _know_first_sales(villages: list[str]) -> None:
    """Keep the month of the first sale, of villages from their tallies, above them from those below."""
    first = select(ShopMonth.village_code, func.min(ShopMonth.month)).group_by(ShopMonth.village_code)
    _replace_first(villages, first.where(ShopMonth.village_code.in_(villages)))
    for level in (DISTRICT, REGENCY, PROVINCE):
        codes = sorted({village[: LENGTHS[level]] for village in villages})
        code = func.substr(FirstSale.region_code, 1, LENGTHS[level])
        below = (
            select(code.label("code"), FirstSale.month)
            .where(func.length(FirstSale.region_code) == LENGTHS[VILLAGE], code.in_(codes))
            .subquery()
        )
        _replace_first(codes, select(below.c.code, func.min(below.c.month)).group_by(below.c.code))


def _replace_first(codes: list[str], rows: Any) -> None:
    table: Any = FirstSale.__table__
    db.session.execute(delete(table).where(table.c.region_code.in_(codes)))
    db.session.execute(insert(table).from_select(["region_code", "month"], rows))


def _quietly(statement: Any) -> Any:
    """Marks are never held as objects, so the session has nothing to bring up to date."""
    return statement.execution_options(synchronize_session=False)
