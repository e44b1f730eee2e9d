"""Decides how the regions of a level are ranked by one indicator. What has no value has no rank."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

from marketplace.indicators import queries
from marketplace.indicators.asking import Question
from marketplace.indicators.charts import share
from marketplace.indicators.figures import NO_DATA, Figure
from marketplace.indicators.tables import DOWN, UP


@dataclass(frozen=True)
class Ranked:
    """A region's figure, the period before, its rank (equals share one; None without a value), its bar."""

    figure: Figure
    before: Figure
    rank: int | None
    bar: float


@dataclass(frozen=True)
class Ranking:
    """Regions in order, those without a value last; `whole` is the figure of the region around them."""

    rows: list[Ranked]
    whole: Figure
    order: str
    middle: Decimal | None
    known: int
    without_data: int

    @property
    def figures(self) -> list[Figure]:
        """All figures of the period, those of the region around them first."""
        return [self.whole, *(row.figure for row in self.rows)]

    @property
    def not_available(self) -> int:
        """How many regions have data, but none that make this figure."""
        return len(self.rows) - self.known - self.without_data


def ranking(asked: Question, order: str | None, *, at: datetime) -> Ranking:
    """All regions of the question, the largest value first unless `order` is `naik`."""
    pair = [asked.period.back(), asked.period]
    found = queries.figures_over(asked.region.code, asked.level, pair, at=at, only=[asked.indicator])
    before = {figure.place.code: figure for figure in found if figure.period == pair[0]}
    here = [figure for figure in found if figure.period == asked.period]
    way = UP if order == UP else DOWN
    rows = [
        Ranked(figure, before[figure.place.code], rank, length)
        for figure, rank, length in _in_order(here, way)
    ]
    values = [figure.value for figure in here if figure.value is not None]
    without = sum(figure.why == NO_DATA for figure in here)
    middle = median(values) if values else None
    return Ranking(rows, whole(asked, at=at), way, middle, len(values), without)


def whole(asked: Question, *, at: datetime) -> Figure:
    """The figure of the region that contains all others of the question."""
    region = asked.region
    [figure] = queries.figures(region.code, region.level, asked.period, at=at, only=[asked.indicator])
    return figure


def _in_order(figures: list[Figure], way: str) -> list[tuple[Figure, int | None, float]]:
    known = [(figure, figure.value) for figure in figures if figure.value is not None]
    known.sort(key=lambda pair: pair[1], reverse=way == DOWN)
    largest = max((value for _figure, value in known), default=Decimal(0))
    ahead: dict[Decimal, int] = {}
    for place, (_figure, value) in enumerate(known, 1):
        ahead.setdefault(value, place)
    rows: list[tuple[Figure, int | None, float]] = [
        (figure, ahead[value], share(value, largest)) for figure, value in known
    ]
    # First those that have data, then those that never sold.
    missing = sorted((each for each in figures if each.value is None), key=lambda each: each.why == NO_DATA)
    return rows + [(figure, None, 0.0) for figure in missing]
