"""Decides how regions stand in a table of figures: which level, which columns, in which order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from marketplace.indicators import queries
from marketplace.indicators.access import LEVEL_NAMES, levels_below
from marketplace.indicators.figures import Figure, Place
from marketplace.indicators.periods import Period
from marketplace.indicators.registry import MAIN, Indicator
from marketplace.regions.models import Region

TURNOVER = "SE-01"
DOWN, UP = "turun", "naik"
ALL = "semua"
# So many columns can be read beside one another; the rest is one press away, and all of them are in the file.
COLUMNS = 5


@dataclass(frozen=True)
class Row:
    """One region with a figure per column."""

    place: Place
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Table:
    """Regions of one level, sorted; `whole` is the figures of the region that contains them.

    `group` is the number of the set of columns shown (or `semua`), `groups` what each set holds.
    """

    level: str
    levels: tuple[str, ...]
    rows: list[Row]
    whole: dict[str, Figure]
    sort: str
    direction: str
    group: str
    groups: list[tuple[str, str]]

    @property
    def level_name(self) -> str:
        """The level as addresses name it, such as `kecamatan`."""
        return address_of(self.level)

    @property
    def figures(self) -> list[Figure]:
        """All figures in the order of the rows."""
        return [figure for row in self.rows for figure in row.figures.values()]


def table(
    region: Region,
    level: str,
    period: Period,
    *,
    at: datetime,
    sort: str | None = None,
    direction: str | None = None,
    group: str | None = None,
) -> Table:
    """The main indicators of a set of columns for the regions of `level` inside `region`.

    Sorted by code unless told otherwise; regions without a value come last either way. Without a known
    `group` it is the set that holds the column to sort by.
    """
    key = sort if sort in MAIN or sort == "nama" else "kode"
    order = direction if direction in (UP, DOWN) else (DOWN if key in MAIN else UP)
    sets = _sets()
    shown = group if group in sets or group == ALL else _holding(key, sets)
    columns = list(MAIN.values()) if shown == ALL else sets[shown]
    read = columns if key not in MAIN or MAIN[key] in columns else [*columns, MAIN[key]]
    found = queries.figures(region.code, level, period, at=at, only=read)
    own = found
    if level != region.level:
        own = queries.figures(region.code, region.level, period, at=at, only=columns)
    by_place: dict[Place, dict[str, Figure]] = {}
    for figure in found:
        by_place.setdefault(figure.place, {})[figure.code] = figure
    rows = _sorted([Row(place, each) for place, each in by_place.items()], key, order == DOWN)
    codes = [indicator.code for indicator in columns]
    return Table(
        level=level,
        levels=levels_below(region.level),
        rows=[Row(row.place, {code: row.figures[code] for code in codes}) for row in rows],
        whole={figure.code: figure for figure in own if figure.code in codes},
        sort=key,
        direction=order,
        group=shown,
        groups=[(number, ", ".join(str(each.short) for each in some)) for number, some in sets.items()],
    )


def address_of(level: str) -> str:
    """The word for a level in addresses."""
    return next(word for word, known in LEVEL_NAMES.items() if known == level)


def _sets() -> dict[str, list[Indicator]]:
    main = list(MAIN.values())
    return {
        str(start // COLUMNS + 1): main[start : start + COLUMNS] for start in range(0, len(main), COLUMNS)
    }


def _holding(key: str, sets: dict[str, list[Indicator]]) -> str:
    return next((number for number, some in sets.items() if MAIN.get(key) in some), "1")


def _sorted(rows: list[Row], key: str, down: bool) -> list[Row]:
    if key == "kode":
        return rows[::-1] if down else rows
    if key == "nama":
        return sorted(rows, key=lambda row: row.place.name.casefold(), reverse=down)
    known = [row for row in rows if row.figures[key].value is not None]
    known.sort(key=lambda row: row.figures[key].value or Decimal(0), reverse=down)
    return known + [row for row in rows if row.figures[key].value is None]
