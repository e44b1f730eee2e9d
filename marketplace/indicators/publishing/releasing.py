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
from marketplace.indicators.periods import Period, month
from marketplace.indicators.publishing import gathering, released
from marketplace.indicators.publishing.contributions import PARTS, TURNOVER
from marketplace.indicators.publishing.models import FigureRelease
from marketplace.indicators.publishing.suppression import Shown, decide
from marketplace.kit.clock import month_bounds, month_wib, start_of_day
from marketplace.kit.progress import Tick
from marketplace.kit.transaction import alone_with, append, transaction
from marketplace.regions.models import PROVINCE
from marketplace.regions.queries import LAMPUNG


def release_due(at: datetime, tick: Tick | None = None) -> int:
    """Decide and keep every period that is over, the oldest first; answers how many.

    Thinking happens outside of the transaction, which only writes: nobody waits for it.
    """
    waiting = due(at)
    for done, period in enumerate(waiting, 1):
        known = gathering.known(period)
        shown = {TURNOVER.name: decide(period, known)}
        for table in PARTS:
            inside = gathering.of_table(known, period, table)
            shown[table.name] = decide(period, inside, shown[TURNOVER.name])
        told = released.bodies(period, shown[TURNOVER.name], at=at)
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


def keep(period: Period, shown: Mapping[str, Shown], *, at: datetime) -> None:
    """Write down what is shown of a period, by table, unless somebody was faster: it was the same answer."""
    alone_with(f"figure_release:{period.key}")
    if db.session.get(FigureRelease, period.key) is None:
        some = {name: " ".join(sorted(codes)) for name, codes in shown.items()}
        whole = some.pop(TURNOVER.name)
        append(FigureRelease, {"period_key": period.key, "shown": whole, "parts": some, "decided_at": at})


def shown_in(periods: Iterable[Period]) -> dict[tuple[str, str], Shown]:
    """Which places the public sees, by the name of a table and the key of each released period."""
    keys = [period.key for period in periods]
    rows = db.session.scalars(select(FigureRelease).where(FigureRelease.period_key.in_(keys)))
    return {(name, row.period_key): row.places(name) for row in rows for name in (TURNOVER.name, *row.parts)}


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


def is_over(period: Period, at: datetime) -> bool:
    """Whether the last day of the period has ended in WIB."""
    return start_of_day(month_bounds(period.last)[1]) <= at
