"""Decides what of the figures is public: the rows for everybody, with what must not be known left out.

Nothing public reads figures in any other way. An officer sees the own region whole, and of all others what
everybody sees.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.cell_models import DirtyCell
from marketplace.indicators.declaring import Indicator
from marketplace.indicators.figures import Coverage, Figure, Place, base_of, bases
from marketplace.indicators.periods import Period
from marketplace.indicators.periods import period as period_of
from marketplace.indicators.publishing import released
from marketplace.indicators.publishing.contributions import TURNOVER, table_of
from marketplace.indicators.publishing.models import FigureRelease, FigureSnapshot, ReleasedFigures
from marketplace.indicators.publishing.releasing import shown_in
from marketplace.indicators.publishing.suppression import EMPTY, Shown
from marketplace.indicators.registry import INDICATORS

Sees = Callable[[str], bool]
ALL = tuple(INDICATORS.values())


def nobody(code: str) -> bool:  # noqa: ARG001 - stands where a region is asked about
    """What a visitor sees beyond what is public."""
    return False


def figures(
    scope: str,
    level: str,
    period: Period,
    *,
    at: datetime,
    only: Sequence[Indicator] = ALL,
    sees: Sees = nobody,
    hidden: bool = True,
) -> Iterator[tuple[Figure, bool]]:
    """Every figure of the regions of `level` inside `scope`, and whether it is suppressed for this reader.

    A suppressed one is blank: nothing is computed of what nobody may see, and nothing of it is passed on.
    Everybody is told what is locked, or else what was released; only officers of the region what is counted
    today, and what has changed since it was locked: that could be a single late order. Without `hidden`,
    places of which nothing is shown are left out.
    """
    shown = shown_in([period, *bases(period)])
    here, until = shown.get((TURNOVER.name, period.key), EMPTY), queries.cutoff(at)
    everywhere = queries.places(scope, level)
    readable = [place for place in everywhere if place.code in here or sees(place.code)]
    counted = queries.figures_of_places(readable, scope, level, period, at=at, only=only)
    found = iter(released.as_told(counted, sees))
    open_codes = {place.code for place in readable}
    for place in everywhere if hidden else readable:
        for indicator in only:
            figure = next(found) if place.code in open_codes else None
            if figure and sees(place.code):
                yield figure, False
            elif figure and is_public(figure, shown):
                yield replace(figure, recount=None), False
            else:
                yield _blank(indicator, place, period, until), True


def _blank(indicator: Indicator, place: Place, period: Period, until: datetime) -> Figure:
    return Figure(indicator, place, period, None, None, None, None, 0, until, Coverage(0, place.villages))


def is_public(figure: Figure, shown: dict[tuple[str, str], Shown]) -> bool:
    """Whether everybody may see it: its table is shown of its cell, and of what growth compares it with.

    What covers only some villages or sellers of a cell (`Indicator.public`) is seen by officers alone.
    """
    table, base = table_of(figure.indicator.over), base_of(figure.indicator, figure.period)
    if table is None or not figure.indicator.public:
        return False
    keys = {figure.period.key, base.key}
    return all(figure.place.code in shown.get((table.name, key), EMPTY) for key in keys)


def items(
    scope: str,
    level: str,
    periods: Sequence[Period],
    *,
    at: datetime,
    only: Sequence[Indicator] = ALL,
    sees: Sees = nobody,
) -> Iterator[dict[str, Any]]:
    """The rows of the API, period by period, so that never more than one period is held."""
    for period in periods:
        for figure, suppressed in figures(scope, level, period, at=at, only=only, sees=sees):
            yield item(figure, suppressed)


def item(figure: Figure, suppressed: bool) -> dict[str, Any]:
    """One figure. A suppressed one says nothing but that it is; `cutoff` is a moment in UTC.

    `revision` and `base_revision` (of what growth is compared with) are 0 where nothing is locked; `recount`
    is what is counted today of a locked figure that has changed, told to officers of the region alone.
    """
    known = None if suppressed else figure.coverage.known
    return {
        "code": figure.code,
        "region": figure.place.code,
        "period": figure.period.key,
        "value": None if suppressed else number(figure),
        "numerator": None if suppressed else figure.numerator,
        "denominator": None if suppressed else figure.denominator,
        "unit": figure.indicator.unit,
        "formula_version": figure.indicator.version,
        "cutoff": figure.cutoff.isoformat(),
        "coverage": {"villages_with_data": known, "villages": figure.coverage.villages},
        "suppressed": suppressed,
        "revision": figure.revision,
        "base_revision": figure.base_revision,
        "recount": number(figure.recount) if figure.recount and not suppressed else None,
    }


def number(figure: Figure) -> int | float | None:
    """The value as JSON has it."""
    if figure.value is None:
        return None
    return float(figure.value) if figure.indicator.decimals else int(figure.value)


def at_rest() -> bool:
    """Whether everything up to the last released month is counted: until then an answer is nothing to keep.

    What is sold in the running month, and not counted yet, is in no public figure.
    """
    last = max(
        (period_of(row).last for row in db.session.scalars(select(FigureRelease.period_key))), default=""
    )
    marked = select(DirtyCell.id).where(DirtyCell.month <= last).limit(1)
    return db.session.scalar(marked) is None


def state(at: datetime) -> str:
    """Names the state of all that is public: the same name, the same figures.

    Cells that were counted again leave no trace, so a name holds for the hour at the longest.
    """
    parts = (
        at.strftime("%Y%m%d%H"),
        db.session.scalar(select(func.count()).select_from(FigureRelease)),
        db.session.scalar(select(func.count()).select_from(ReleasedFigures)),
        # Counted, since of two that are locked at once the later number may be there first.
        db.session.scalar(select(func.count()).select_from(FigureSnapshot)),
        *(f"{indicator.code}.{indicator.version}" for indicator in ALL),
    )
    return _short("|".join(map(str, parts)))


def etag(*about: str, at: datetime) -> str:
    """Names the answer to a question in the state of `at`."""
    return _short("|".join((state(at), *about)))


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
