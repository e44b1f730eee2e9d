"""Decides what an officer sees first of a region: how it goes, what moved, who fell silent, what lacks."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from marketplace.accounts.models import User
from marketplace.indicators import maps, queries, silence
from marketplace.indicators.access import levels_below
from marketplace.indicators.charts import Chart, share
from marketplace.indicators.figures import NO_DATA, Figure
from marketplace.indicators.inputs import overviews as inputs
from marketplace.indicators.inputs.overviews import Coverage
from marketplace.indicators.maps import Map
from marketplace.indicators.overviews import course_chart, ranked
from marketplace.indicators.periods import Period
from marketplace.indicators.registry import MAIN
from marketplace.indicators.silence import Silent
from marketplace.indicators.tables import TURNOVER
from marketplace.indicators.tasks import Task, tasks
from marketplace.kit.clock import day_wib
from marketplace.regions import queries as regions
from marketplace.regions.models import Region

# Money, width, cashlessness, reliability: the rest is one press away.
HEADLINES = (TURNOVER, "SE-04", "SE-11", "SE-14")
MONTHS, LISTED, MOVED = 12, 8, 5


@dataclass(frozen=True)
class Headline:
    """An indicator in the running month, the last full month, and the month before that."""

    running: Figure
    full: Figure
    before: Figure


@dataclass(frozen=True)
class Move:
    """A region whose turnover changed by `rupiah` from one full month to the next."""

    figure: Figure
    before: Figure
    rupiah: int


@dataclass(frozen=True)
class Home:
    """A region at a glance around its last full month.

    `earlier` is the same season a year before `timeline`. `ranked` are the largest regions inside with the
    length of their bars; `silent` the first of `silent_count` villages, by `names`; `silent_outlets` how many
    outlets stopped. `missing` are the inputs that are not known of every village, `tasks` what waits for a
    decision.
    """

    full: Period
    headlines: list[Headline]
    timeline: list[Figure]
    earlier: list[Figure]
    chart: Chart | None
    level: str
    map: Map | None
    ranked: list[tuple[Figure, float]]
    risen: list[Move]
    fallen: list[Move]
    silent: list[Silent]
    silent_count: int
    silent_outlets: int
    names: dict[str, str]
    missing: list[Coverage]
    tasks: list[Task]

    @property
    def figures(self) -> list[Figure]:
        """All figures of the page."""
        told = [each for headline in self.headlines for each in (headline.full, headline.before)]
        moved = [each for move in (*self.risen, *self.fallen) for each in (move.figure, move.before)]
        ranks = [figure for figure, _bar in self.ranked]
        return [*told, *self.timeline, *self.earlier, *moved, *ranks]


def home(user: User, region: Region, running: Period, *, at: datetime) -> Home:
    """The overview of an officer's region around the running month."""
    full = running.back()
    only = [MAIN[code] for code in HEADLINES]
    course = queries.figures_over(region.code, region.level, running.run(2 * MONTHS), at=at, only=only)
    by = {(figure.code, figure.period): figure for figure in course}
    year = [figure for figure in course if figure.code == TURNOVER]
    level = levels_below(region.level)[0]
    inside = _inside(region, level, full, at) if level != region.level else []
    now = [figure for figure in inside if figure.period == full]
    quiet = silence.villages(region.code, full).silent
    moves = _moves(inside, full)
    return Home(
        full=full,
        headlines=[Headline(by[code, running], by[code, full], by[code, full.back()]) for code in HEADLINES],
        timeline=year[MONTHS:],
        earlier=year[:MONTHS],
        chart=course_chart(year[MONTHS:], year[:MONTHS]),
        level=level,
        map=maps.drawn(region.code, now) if now else None,
        ranked=_largest(now),
        risen=[move for move in moves[::-1] if move.rupiah > 0][:MOVED],
        fallen=[move for move in moves if move.rupiah < 0][:MOVED],
        silent=quiet[:LISTED],
        silent_count=len(quiet),
        silent_outlets=len(silence.outlets(region.code, full).silent),
        names=regions.labels(village.code for village in quiet[:LISTED]),
        missing=[each for each in inputs.coverage(region, day_wib(at)) if each.known < each.villages],
        tasks=tasks(user, region, full),
    )


def _inside(region: Region, level: str, full: Period, at: datetime) -> list[Figure]:
    pair = [full.back(), full]
    return queries.figures_over(region.code, level, pair, at=at, only=[MAIN[TURNOVER]])


def _moves(figures: list[Figure], full: Period) -> list[Move]:
    """From the deepest fall to the largest rise; whoever had never sold before rises from nothing."""
    before = {figure.place.code: figure for figure in figures if figure.period != full}
    moves = []
    for figure in figures:
        base = before[figure.place.code]
        known = figure.value is not None and (base.value is not None or base.why == NO_DATA)
        if figure.period == full and known:
            moves.append(Move(figure, base, int((figure.value or 0) - (base.value or 0))))
    return sorted(moves, key=lambda move: move.rupiah)


def _largest(figures: list[Figure]) -> list[tuple[Figure, float]]:
    rows = ranked(figures)
    top = max((figure.value for figure in rows if figure.value is not None), default=Decimal(0))
    return [(figure, share(figure.value, top)) for figure in rows[:LISTED]]
