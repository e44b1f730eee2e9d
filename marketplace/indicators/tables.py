"""Decides how regions stand in a table of figures: which level, in which order, beside which whole."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from marketplace.indicators import queries
from marketplace.indicators.access import LEVEL_NAMES, levels_below
from marketplace.indicators.charts import share
from marketplace.indicators.figures import Figure, Place
from marketplace.indicators.periods import Period
from marketplace.indicators.registry import MAIN
from marketplace.regions.models import Region

TURNOVER = "SE-01"
DOWN, UP = "turun", "naik"


@dataclass(frozen=True)
class Row:
    """One region with a figure per main indicator; `bar` is its turnover beside the largest, 0 to 100."""

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


def table(
    region: Region, level: str, period: Period, sort: str | None, direction: str | None, *, at: datetime
) -> Table:
    """All indicators of the regions of `level` inside `region`.

    Sorted by code unless told otherwise; regions without a value come last either way.
    """
    found = queries.figures(region.code, level, period, at=at)
    own = found if level == region.level else queries.figures(region.code, region.level, period, at=at)
    by_place: dict[Place, dict[str, Figure]] = {}
    for figure in found:
        if figure.code in MAIN:
            by_place.setdefault(figure.place, {})[figure.code] = figure
    largest = max((_turnover(figures) or Decimal(0) for figures in by_place.values()), default=Decimal(0))
    rows = [Row(place, each, share(_turnover(each), largest)) for place, each in by_place.items()]
    key = sort if sort in MAIN or sort == "nama" else "kode"
    order = direction if direction in (UP, DOWN) else (DOWN if key in MAIN else UP)
    whole = {figure.code: figure for figure in own if figure.code in MAIN}
    return Table(level, levels_below(region.level), _sorted(rows, key, order == DOWN), whole, key, order)


def address_of(level: str) -> str:
    """The word for a level in addresses."""
    return next(word for word, known in LEVEL_NAMES.items() if known == level)


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
