"""Reads the sums under the figures from the cells: a fixed number of queries, however many villages."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators.belonging import LENGTHS, inside
from marketplace.indicators.cell_models import Cell, DirtyCell, FirstSale
from marketplace.indicators.figures import Figure, Place, Sums, bases, figures_of
from marketplace.indicators.outcomes import ENDS
from marketplace.indicators.periods import Period
from marketplace.indicators.prices import prices
from marketplace.indicators.publishing import locked
from marketplace.indicators.registry import EVERY, Indicator
from marketplace.indicators.sums import Totals
from marketplace.kit.outbox import OutboxEvent
from marketplace.regions.models import VILLAGE, Region

MAKING_FACTS = ("seller_order.refunded", *(f"seller_order.{status}" for status in ENDS))
SUMS = [field.name for field in fields(Totals)]

__all__ = ["prices"]  # One place to read from.


def figures(
    scope: str,
    level: str,
    period: Period,
    *,
    at: datetime,
    only: Collection[Indicator] = EVERY,
) -> list[Figure]:
    """All indicators (or `only` these) for every region of `level` inside `scope`, itself included, by code.

    Read from the cells, which are counted when something was sold and not when somebody looks; what is locked
    stands in their place, and growth is compared with it. Six queries.
    """
    return figures_over(scope, level, [period], at=at, only=only)


def figures_over(
    scope: str,
    level: str,
    periods: Sequence[Period],
    *,
    at: datetime,
    only: Collection[Indicator] = EVERY,
) -> list[Figure]:
    """The same for several periods of one length, period by period. Still six queries."""
    found, kept = _counted(places(scope, level), (scope, level), periods, at, only)
    return kept.published(found)


def figures_of_places(
    some: Sequence[Place],
    scope: str,
    level: str,
    period: Period,
    *,
    at: datetime,
    only: Collection[Indicator] = EVERY,
) -> list[Figure]:
    """The same for some of the places of `level` inside `scope`, in the order in which they are given."""
    if not some:
        return []
    found, kept = _counted(some, (scope, level), [period], at, only)
    return kept.published(found)


def counted(
    scope: str,
    level: str,
    periods: Sequence[Period],
    *,
    at: datetime,
    only: Collection[Indicator] = EVERY,
) -> list[Figure]:
    """The same as the cells say it now, also where it is locked: for who locks.

    Growth is compared with what is locked of its base, and with nothing else.
    """
    return _counted(places(scope, level), (scope, level), periods, at, only)[0]


def with_bases(periods: Sequence[Period]) -> list[Period]:
    """The periods and those that growth compares them with, each once."""
    return list(dict.fromkeys(each for period in periods for each in (*bases(period), period)))


def places(scope: str, level: str) -> list[Place]:
    """Every region of `level` inside `scope`, in the order of codes, with the month of its first sale."""
    counted = villages(scope, level)
    rows = db.session.execute(
        select(Region.code, Region.name, FirstSale.month)
        .outerjoin(FirstSale, FirstSale.region_code == Region.code)
        .where(Region.level == level, inside(Region.code, scope))
        .order_by(Region.code)
    )
    return [Place(row.code, row.name, level, row.month, counted.get(row.code, 0)) for row in rows]


def totals(scope: str, level: str, periods: Sequence[Period]) -> Sums:
    """Sums by (code of a region of `level`, key of a period), as they were counted last (`cells`)."""
    cell = Cell.__table__.c
    rows = db.session.execute(
        select(cell.region_code, cell.period_key, *(cell[name] for name in SUMS)).where(
            cell.period_key.in_([period.key for period in periods]),
            cell.level == level,
            inside(cell.region_code, scope),
        )
    )
    return {(row[0], row[1]): Totals(*row[2:]) for row in rows}


def _counted(
    found: Sequence[Place],
    where: tuple[str, str],
    periods: Sequence[Period],
    at: datetime,
    only: Collection[Indicator],
) -> tuple[list[Figure], locked.Locked]:
    sums = totals(*where, with_bases(periods))
    until = cutoff(at)
    figures = [figure for period in periods for figure in figures_of(found, period, sums, until, only)]
    kept = locked.around(figures)
    return kept.on_bases(figures), kept


def villages(scope: str, level: str) -> dict[str, int]:
    """How many villages lie in each region of `level` inside `scope`."""
    code = func.substr(Region.code, 1, LENGTHS[level]).label("code")
    lying = select(code).where(Region.level == VILLAGE, inside(Region.code, scope)).subquery()
    rows = db.session.execute(select(lying.c.code, func.count().label("villages")).group_by(lying.c.code))
    return {row.code: row.villages for row in rows}


def cutoff(at: datetime) -> datetime:
    """Up to which moment the figures are complete: now, or the oldest thing that has not been counted yet.

    That is a sale or an end in the outbox, or a mark on a cell.
    """
    waits = select(func.min(OutboxEvent.happened_at)).where(
        OutboxEvent.handled_at.is_(None), OutboxEvent.kind.in_(MAKING_FACTS)
    )
    marked = select(func.min(DirtyCell.since))
    oldest = [moment for moment in (db.session.scalar(waits), db.session.scalar(marked)) if moment]
    return min([*oldest, at])
