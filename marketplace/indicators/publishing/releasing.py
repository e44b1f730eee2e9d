"""Decides when a period is released to the public, and keeps what was decided. A job of the worker.

A period is released once: when it is over in WIB and everything that happened in it has been counted. Reading
never decides; what is not released yet is suppressed altogether.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import takewhile

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.cell_models import DirtyCell
from marketplace.indicators.periods import MONTH, Period, month
from marketplace.indicators.publishing import released
from marketplace.indicators.publishing.covering import Cell, Cells
from marketplace.indicators.publishing.models import FigureRelease
from marketplace.indicators.publishing.places import tree
from marketplace.indicators.publishing.suppression import Known, Shown, decide, parts
from marketplace.indicators.sums import Totals
from marketplace.kit.clock import month_bounds, month_wib, start_of_day
from marketplace.kit.progress import Tick
from marketplace.kit.transaction import alone_with, append, transaction
from marketplace.regions.models import LEVELS, PROVINCE, VILLAGE
from marketplace.regions.queries import LAMPUNG


def release_due(at: datetime, tick: Tick | None = None) -> int:
    """Decide and keep every period that is over, the oldest first; answers how many.

    Thinking happens outside of the transaction, which only writes: nobody waits for it.
    """
    waiting = due(at)
    for done, period in enumerate(waiting, 1):
        shown = decide(period, _known(period))
        told = released.bodies(period, shown, at=at)
        with transaction():
            keep(period, shown, at=at)
            released.keep(period, told, at=at)
        if tick:
            tick(done, len(waiting))
    _tell_untold(at)
    return len(waiting)


def _tell_untold(at: datetime) -> None:
    """Keep what is told of periods that were released before it was kept, as it is now."""
    for period, shown in released.untold():
        if behind(period, at):
            continue
        told = released.bodies(period, shown, at=at)
        with transaction():
            alone_with(f"figure_release:{period.key}")
            released.keep(period, told, at=at)


def due(at: datetime) -> list[Period]:
    """Periods that are over and not decided yet; none while something that happened waits to be counted."""
    first = min((place.since for place in queries.places(LAMPUNG, PROVINCE) if place.since), default=None)
    if first is None:
        return []
    decided = set(db.session.scalars(select(FigureRelease.period_key)))
    waiting = [period for period in _over(first, at) if period.key not in decided]
    return list(takewhile(lambda period: not behind(period, at), waiting))


def behind(period: Period, at: datetime) -> bool:
    """Whether something that happened in a period, or before its end, is still to be counted."""
    if queries.cutoff(at) < start_of_day(month_bounds(period.last)[1]):
        return True
    marks = select(func.count()).select_from(DirtyCell)
    return bool(db.session.scalar(marks.where(DirtyCell.month.between(period.first, period.last))))


def keep(period: Period, shown: Shown, *, at: datetime) -> None:
    """Write down what is shown of a period, unless somebody was faster: it was the same answer."""
    alone_with(f"figure_release:{period.key}")
    if db.session.get(FigureRelease, period.key) is None:
        append(
            FigureRelease,
            {"period_key": period.key, "shown": " ".join(sorted(shown)), "decided_at": at},
        )


def shown_in(periods: Iterable[Period]) -> dict[str, Shown]:
    """Which places the public sees, by the key of each released period."""
    keys = [period.key for period in periods]
    rows = db.session.scalars(select(FigureRelease).where(FigureRelease.period_key.in_(keys)))
    return {row.period_key: frozenset(row.shown.split()) for row in rows}


def releases() -> list[FigureRelease]:
    """Every release, in the order of periods."""
    return list(db.session.scalars(select(FigureRelease).order_by(FigureRelease.period_key)))


def _over(first: str, at: datetime) -> Iterator[Period]:
    """Periods that are over, in the order in which they ended; those that end together by their length."""
    running = month_wib(at)
    each = month(first)
    while each.first < running:
        yield each
        if each.quarter().last == each.last:
            yield each.quarter()
        if each.year().last == each.last:
            yield each.year()
        each = month(month_bounds(each.first)[1].isoformat()[:7])


def _known(period: Period) -> Known:
    around = [period, *(parts(period) if period.kind != MONTH else [period.back()])]
    awake: dict[str, str] = {}
    cells: dict[str, Cells] = {}
    for level in LEVELS:
        awake |= {place.code: place.since for place in queries.places(LAMPUNG, level) if place.since}
    for each in around:
        sums: dict[str, Totals] = {}
        for level in LEVELS:
            found = queries.totals(LAMPUNG, level, [each])
            sums |= {code: totals for (code, _key), totals in found.items()}
        cells[each.key] = _cells(sums, awake, each)
    villages = [place.code for place in queries.places(LAMPUNG, VILLAGE)]
    gone = [code for some in cells.values() for code in some if code.count(".") == villages[0].count(".")]
    return Known(tree([*villages, *gone]), cells, shown_in(around))


def _cells(sums: Mapping[str, Totals], awake: Mapping[str, str], period: Period) -> Cells:
    found = {}
    for code in sums.keys() | awake.keys():
        totals = sums.get(code, Totals())
        there = totals.lines > 0 or totals.ended > 0
        since = awake.get(code)
        if there or (since and since <= period.last):
            found[code] = Cell(totals.shops, totals.orders, there, awake=True)
    return found


def is_over(period: Period, at: datetime) -> bool:
    """Whether the last day of the period has ended in WIB."""
    return start_of_day(month_bounds(period.last)[1]) <= at
