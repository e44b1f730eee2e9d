"""Decides what stands on an officer's page: which figures, in which order, beside which others."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from marketplace.indicators import queries, wording
from marketplace.indicators.access import LEVEL_NAMES, levels_below
from marketplace.indicators.charts import Chart, line_chart, share
from marketplace.indicators.figures import Figure, Place
from marketplace.indicators.periods import MONTH, QUARTER, YEAR, Period, month
from marketplace.indicators.registry import INDICATORS, Indicator
from marketplace.kit.clock import month_wib
from marketplace.regions.models import VILLAGE, Region

TURNOVER = "SE-01"
PER_PAGE = 100
RANKED = 10
TIMELINE = {MONTH: 12, QUARTER: 8, YEAR: 5}
DOWN, UP = "turun", "naik"


@dataclass(frozen=True)
class Row:
    """One region with a figure per indicator; `bar` is its turnover beside the largest, 0 to 100."""

    place: Place
    figures: dict[str, Figure]
    bar: float


@dataclass(frozen=True)
class Table:
    """Regions of one level, sorted; `whole` is the figures of the region that contains them."""

    level: str
    levels: tuple[str, ...]
    rows: list[Row]
    whole: dict[str, Figure]
    sort: str
    direction: str

    @property
    def level_name(self) -> str:
        """The level as addresses name it, such as `kecamatan`."""
        return address_of(self.level)

    @property
    def figures(self) -> list[Figure]:
        """All figures in the order of the rows."""
        return [figure for row in self.rows for figure in row.figures.values()]


@dataclass(frozen=True)
class Headline:
    """An indicator in the running month, the last full month, and the month before that."""

    running: Figure
    full: Figure
    before: Figure


@dataclass(frozen=True)
class Home:
    """An officer's own region: headlines, a year of turnover, the regions inside ranked, villages that fell silent."""

    full: Period
    headlines: list[Headline]
    timeline: list[Figure]
    chart: Chart | None
    level: str
    table: list[Figure]
    ranked: list[Row]
    silent: list[queries.Silent]
    names: dict[str, str]


@dataclass(frozen=True)
class Detail:
    """One indicator of one region: now, the period before, the same season a year earlier, its course, its parts."""

    figure: Figure
    before: Figure
    year_before: Figure
    turnover: tuple[Figure, Figure]
    timeline: list[Figure]
    chart: Chart | None
    level: str
    children: list[Figure]
    bars: dict[str, float]


def home(region: Region, running: Period, *, at: datetime) -> Home:
    """The overview of an officer's region around the running month."""
    full = running.back()
    course = queries.figures_over(region.code, region.level, running.run(13), at=at)
    by = {(figure.code, figure.period.key): figure for figure in course}
    year = [figure for figure in course if figure.code == TURNOVER][1:]
    level = levels_below(region.level)[0]
    inside = table(region, level, full, TURNOVER, DOWN, at=at)
    quiet = queries.silent(region.code, full.back(11), full)
    return Home(
        full=full,
        headlines=[
            Headline(by[code, running.key], by[code, full.key], by[code, full.back().key]) for code in INDICATORS
        ],
        timeline=year,
        chart=_chart(year),
        level=level,
        table=inside.figures,
        ranked=inside.rows[:RANKED],
        silent=quiet,
        names=queries.district_names(village.code for village in quiet),
    )


def table(
    region: Region, level: str, period: Period, sort: str | None, direction: str | None, *, at: datetime
) -> Table:
    """All indicators of the regions of `level` inside `region`. Sorted by code unless told otherwise; regions
    without a value come last either way."""
    found = queries.figures(region.code, level, period, at=at)
    own = found if level == region.level else queries.figures(region.code, region.level, period, at=at)
    by_place: dict[Place, dict[str, Figure]] = {}
    for figure in found:
        by_place.setdefault(figure.place, {})[figure.code] = figure
    largest = max((_turnover(figures) or Decimal(0) for figures in by_place.values()), default=Decimal(0))
    rows = [Row(place, each, share(_turnover(each), largest)) for place, each in by_place.items()]
    key = sort if sort in INDICATORS or sort == "nama" else "kode"
    order = direction if direction in (UP, DOWN) else (DOWN if key in INDICATORS else UP)
    whole = {figure.code: figure for figure in own}
    return Table(level, levels_below(region.level), _sorted(rows, key, order == DOWN), whole, key, order)


def detail(indicator: Indicator, region: Region, period: Period, *, at: datetime) -> Detail:
    """Everything about one indicator of one region in one period."""
    run = [*{period.year_before(), period.back()} - set(period.run(TIMELINE[period.kind])), *period.run(TIMELINE[period.kind])]
    course = queries.figures_over(region.code, region.level, run, at=at)
    by = {(figure.code, figure.period): figure for figure in course}
    line = [by[indicator.code, each] for each in period.run(TIMELINE[period.kind])]
    level = levels_below(region.level)[0]
    inside = [] if level == region.level else queries.figures(region.code, level, period, at=at)
    children = _ranked([figure for figure in inside if figure.code == indicator.code])
    largest = max((figure.value for figure in children if figure.value is not None), default=Decimal(0))
    return Detail(
        figure=by[indicator.code, period],
        before=by[indicator.code, period.back()],
        year_before=by[indicator.code, period.year_before()],
        turnover=(by[TURNOVER, period], by[TURNOVER, period.year_before()]),
        timeline=line,
        chart=_chart(line),
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
    return [("Bulan", months), ("Triwulan", quarters), ("Tahun", years)]


def address_of(level: str) -> str:
    """The word for a level in addresses."""
    return next(word for word, known in LEVEL_NAMES.items() if known == level)


def _chart(course: list[Figure]) -> Chart | None:
    indicator = course[0].indicator
    points = [(each.period.short, each.value, f"{each.period.label}: {wording.value(each)}") for each in course]
    return line_chart(points, lambda number: wording.compact(indicator, number))


def _turnover(figures: dict[str, Figure]) -> Decimal | None:
    return figures[TURNOVER].value


def _sorted(rows: list[Row], key: str, down: bool) -> list[Row]:
    if key == "kode":
        return rows[::-1] if down else rows
    if key == "nama":
        return sorted(rows, key=lambda row: row.place.name.casefold(), reverse=down)
    known = [row for row in rows if row.figures[key].value is not None]
    known.sort(key=lambda row: row.figures[key].value or Decimal(0), reverse=down)
    return known + [row for row in rows if row.figures[key].value is None]


def _ranked(figures: list[Figure]) -> list[Figure]:
    known = [figure for figure in figures if figure.value is not None]
    known.sort(key=lambda figure: figure.value or Decimal(0), reverse=True)
    return known + [figure for figure in figures if figure.value is None]
