"""Keeps and reads what everybody is told of a released period until it is locked: the figures of that day.

What is entered or counted afterwards reaches the public with the lock, or with a revision, and not before.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import case, false, func, select

from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import Period, period
from marketplace.indicators.publishing.locked import Owner, owner_of
from marketplace.indicators.publishing.models import FigureRelease, ReleasedFigures
from marketplace.indicators.publishing.queries import REGENCY_LENGTH
from marketplace.indicators.publishing.snapshots import (
    HEAD,
    Kept,
    Row,
    canonical,
    figure_of,
    kept,
    packed,
    row,
)
from marketplace.indicators.publishing.suppression import Shown
from marketplace.kit.transaction import append
from marketplace.regions.models import LEVELS
from marketplace.regions.queries import LAMPUNG


def bodies(wanted: Period, shown: Shown, *, at: datetime) -> dict[str, bytes]:
    """The figures of the shown places as they are now, by the region that they are locked with."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for level in LEVELS:
        places = [place for place in queries.places(LAMPUNG, level) if place.code in shown]
        for figure in queries.figures_of_places(places, LAMPUNG, level, wanted, at=at):
            rows[figure.place.code[:REGENCY_LENGTH]].append(row(figure))
    return {code: packed(canonical(some)) for code, some in rows.items()}


def keep(wanted: Period, some: dict[str, bytes], *, at: datetime) -> None:
    """Write down what is told of a period, unless it is told already. Call where the release is kept."""
    told = select(ReleasedFigures.region_code).where(ReleasedFigures.period_key == wanted.key)
    if some and db.session.scalar(told.limit(1)) is None:
        rows = [
            {"period_key": wanted.key, "region_code": code, "body": body, "made_at": at}
            for code, body in sorted(some.items())
        ]
        append(ReleasedFigures, *rows)


def untold() -> list[tuple[Period, Shown]]:
    """Periods that were released before their figures were kept, with what is shown of them."""
    told = select(ReleasedFigures.period_key).distinct()
    rows = db.session.scalars(
        select(FigureRelease)
        .where(FigureRelease.shown != "", FigureRelease.period_key.not_in(told))
        .order_by(FigureRelease.period_key)
    )
    return [(period(row.period_key), frozenset(row.shown.split())) for row in rows]


def as_told(figures: Sequence[Figure], sees: Callable[[str], bool]) -> list[Figure]:
    """The same figures as everybody is told them: locked, or else as they were released. One query.

    Of regions that the reader `sees` as an officer, and where nothing was written down (an indicator that is
    newer than the release), they stay as they are counted.
    """
    some = _kept([figure for figure in figures if not sees(figure.place.code)])
    return [figure if sees(figure.place.code) else _told(figure, some) for figure in figures]


def _told(figure: Figure, some: dict[Owner, Kept]) -> Figure:
    body = some.get(owner_of(figure.place.code, figure.period))
    if figure.revision or body is None:
        return figure
    found = body.get((figure.place.code, figure.code))
    return figure_of(figure, found) if found else figure


def _kept(figures: Sequence[Figure]) -> dict[Owner, Kept]:
    """What was written down of these figures; for what lies in no regency, the first rows are enough."""
    owners = {owner_of(figure.place.code, figure.period) for figure in figures}
    if not owners:
        return {}
    told = ReleasedFigures
    whole = any(len(figure.place.code) > REGENCY_LENGTH for figure in figures)
    inside = func.length(told.region_code) == REGENCY_LENGTH if whole else false()
    body = case((inside, told.body), else_=func.substr(told.body, 1, HEAD))
    rows = db.session.execute(
        select(told.region_code, told.period_key, body.label("body")).where(
            told.region_code.in_({code for code, _key in owners}),
            told.period_key.in_({key for _code, key in owners}),
        )
    )
    return {(row.region_code, row.period_key): kept(bytes(row.body)) for row in rows}
