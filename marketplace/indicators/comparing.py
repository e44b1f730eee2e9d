"""Decides what stands side by side: up to four regions in up to four periods, every indicator a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _

from marketplace.accounts.models import User
from marketplace.indicators import access, overviews, queries, wording
from marketplace.indicators.charts import Chart, line_chart
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import Period
from marketplace.indicators.registry import MAIN, Indicator
from marketplace.regions import queries as regions
from marketplace.regions.models import CODE_LENGTHS, Region

MOST = 4
VILLAGE_LENGTH = max(CODE_LENGTHS)


@dataclass(frozen=True)
class Column:
    """What a column of figures is about."""

    region: Region
    period: Period


@dataclass(frozen=True)
class Course:
    """How one indicator went in one region, on an axis that all courses of the page share."""

    region: Region
    figures: list[Figure]
    chart: Chart | None


@dataclass(frozen=True)
class Comparison:
    """A table with a figure for each indicator and column, and the courses of one indicator beside it."""

    columns: list[Column]
    rows: list[tuple[Indicator, list[Figure]]]
    courses: list[Course]

    @property
    def figures(self) -> list[Figure]:
        """All figures of the table, row by row."""
        return [figure for _indicator, figures in self.rows for figure in figures]

    @property
    def shown(self) -> list[Figure]:
        """All figures of the page: the table, and the courses beside it."""
        return [*self.figures, *(figure for course in self.courses for figure in course.figures)]


def chosen_regions(user: User, codes: Sequence[str]) -> list[Region]:
    """The regions to compare, each once; the person's own when none is named.

    Raises:
        NotFound: one of them is not the person's.
    """
    wanted = list(dict.fromkeys(code for code in codes if code))[:MOST] or access.scopes(user)[:1]
    return [access.place(user, code) for code in wanted]


def chosen_periods(keys: Sequence[str], at: datetime) -> list[Period]:
    """The periods to compare, each once and all of one length: what differs from the first is left out.

    Raises:
        NotFound: one of them cannot be read.
    """
    wanted = [access.wanted_period(key, at) for key in keys if key] or [access.wanted_period(None, at)]
    same = [period for period in wanted if period.kind == wanted[0].kind]
    return list(dict.fromkeys(same))[:MOST]


def comparison(
    places: Sequence[Region], periods: Sequence[Period], indicator: Indicator, *, at: datetime
) -> Comparison:
    """Regions and periods side by side, and the course of `indicator` up to the latest of the periods."""
    latest = max(periods, key=lambda period: period.first)
    run = latest.run(overviews.TIMELINE[latest.kind])
    asked = list(dict.fromkeys([*periods, *run]))
    found: dict[tuple[str, Period, str], Figure] = {}
    for region in places:
        for figure in queries.figures_over(region.code, region.level, asked, at=at):
            found[figure.place.code, figure.period, figure.code] = figure
    columns = [Column(region, period) for region in places for period in periods]
    rows = [
        (each, [found[column.region.code, column.period, each.code] for column in columns])
        for each in MAIN.values()
    ]
    lines = [[found[region.code, period, indicator.code] for period in run] for region in places]
    return Comparison(columns, rows, _courses(places, lines, indicator))


def offered(user: User, places: Sequence[Region]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Regions to choose from, by the region they lie in: the own, and around and inside the chosen ones."""
    own = [access.place(user, code) for code in access.scopes(user)]
    around = dict.fromkeys(place.code for place in own)
    for place in places:
        around |= dict.fromkeys(region.code for region in access.path(user, place.code))
    inside = regions.inside_each([code for code in around if len(code) < VILLAGE_LENGTH])
    names = regions.names(around)
    groups = [(names[code], [(row.code, row.name) for row in rows]) for code, rows in inside.items()]
    return [(_("Wilayah Anda"), [(place.code, place.name) for place in own]), *groups]


def _courses(places: Sequence[Region], lines: list[list[Figure]], indicator: Indicator) -> list[Course]:
    values = [figure.value for line in lines for figure in line if figure.value is not None]
    span = (min(values), max(values)) if values else (Decimal(0), Decimal(0))
    return [
        Course(
            region,
            line,
            line_chart(overviews.points(line), lambda number: wording.compact(indicator, number), span=span),
        )
        for region, line in zip(places, lines, strict=True)
    ]
