"""Decides what stands on an officer's page: which figures, in which order, beside which others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _

from marketplace.indicators import queries, wording
from marketplace.indicators.access import levels_below
from marketplace.indicators.charts import Chart, Point, line_chart, share
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import MONTH, QUARTER, YEAR, Period, month
from marketplace.indicators.registry import BESIDE, MAIN, Indicator, parts_of
from marketplace.indicators.tables import TURNOVER
from marketplace.kit.clock import month_wib
from marketplace.regions.models import Region

TIMELINE = {MONTH: 12, QUARTER: 8, YEAR: 5}
# How many periods of its length go back to the same season a year earlier.
YEAR_BACK = {MONTH: 12, QUARTER: 4, YEAR: 1}


@dataclass(frozen=True)
class Change:
    """An indicator in a period, and in the period before."""

    figure: Figure
    before: Figure


@dataclass(frozen=True)
class Detail:
    """One indicator of one region: now, the period before, the same a year earlier, its course, its parts.

    `parts` are its sub-measures, `earlier` the season a year before `timeline`, `children` what lies inside.
    """

    figure: Figure
    before: Figure
    year_before: Figure
    turnover: tuple[Figure, Figure]
    parts: list[Figure]
    timeline: list[Figure]
    earlier: list[Figure]
    chart: Chart | None
    level: str
    children: list[Figure]
    bars: dict[str, float]

    @property
    def figures(self) -> list[Figure]:
        """All figures of the page."""
        return [
            *(self.figure, self.before, self.year_before, *self.parts),
            *(*self.timeline, *self.earlier, *self.children),
        ]


def headlines(region: Region, period: Period, *, at: datetime) -> list[Change]:
    """Every indicator of a region in a period, beside the period before; what is not scored comes last."""
    found = queries.figures_over(region.code, region.level, [period.back(), period], at=at)
    by = {(figure.code, figure.period): figure for figure in found}
    return [Change(by[code, period], by[code, period.back()]) for code in (*MAIN, *BESIDE)]


def detail(indicator: Indicator, region: Region, period: Period, *, at: datetime) -> Detail:
    """Everything about one indicator of one region in one period."""
    parts = parts_of(indicator.code)
    only = list({each.code: each for each in (indicator, MAIN[TURNOVER], *parts)}.values())
    run = period.run(TIMELINE[period.kind] + YEAR_BACK[period.kind])
    course = queries.figures_over(region.code, region.level, run, at=at, only=only)
    by = {(figure.code, figure.period): figure for figure in course}
    shown = run[YEAR_BACK[period.kind] :]
    line = [by[indicator.code, each] for each in shown]
    # A year has its year before on the line itself.
    earlier = [by[indicator.code, each.year_before()] for each in shown if period.kind != YEAR]
    level = levels_below(region.level)[0]
    inside = (
        [] if level == region.level else queries.figures(region.code, level, period, at=at, only=[indicator])
    )
    children = ranked(inside)
    largest = max((figure.value for figure in children if figure.value is not None), default=Decimal(0))
    return Detail(
        figure=by[indicator.code, period],
        before=by[indicator.code, period.back()],
        year_before=by[indicator.code, period.year_before()],
        turnover=(by[TURNOVER, period], by[TURNOVER, period.year_before()]),
        parts=[by[part.code, period] for part in parts],
        timeline=line,
        earlier=earlier,
        chart=course_chart(line, earlier),
        level=level,
        children=children,
        bars={figure.place.code: share(figure.value, largest) for figure in children},
    )


def one(indicator: Indicator, region: Region, period: Period, *, at: datetime) -> Figure:
    """One figure of one region."""
    found = queries.figures(region.code, region.level, period, at=at)
    return next(figure for figure in found if figure.code == indicator.code)


def choices(at: datetime) -> list[tuple[str, list[Period]]]:
    """The periods a page offers, newest first, by kind: two years of months, two of quarters, three years."""
    this = month(month_wib(at))
    months = this.run(24)[::-1]
    quarters = list(dict.fromkeys(each.quarter() for each in months))[:8]
    years = list(dict.fromkeys(each.year() for each in months))
    return [(_("Bulan"), months), (_("Triwulan"), quarters), (_("Tahun"), years)]


def points(course: Sequence[Figure]) -> list[Point]:
    """The figures of a course as points of a chart."""
    return [(each.period.short, each.value, f"{each.period.label}: {wording.value(each)}") for each in course]


def course_chart(course: Sequence[Figure], earlier: Sequence[Figure] = ()) -> Chart | None:
    """A course as a line, with another one behind it if `earlier` is given; None when there is no value."""
    indicator = course[0].indicator
    return line_chart(
        points(course), lambda number: wording.compact(indicator, number), earlier=points(earlier)
    )


def ranked(figures: Sequence[Figure]) -> list[Figure]:
    """The largest value first; those without one last."""
    known = [figure for figure in figures if figure.value is not None]
    known.sort(key=lambda figure: figure.value or Decimal(0), reverse=True)
    return known + [figure for figure in figures if figure.value is None]
