"""Reads what villages sold month by month, and in which months they were on the platform at all."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.cell_models import Cell
from marketplace.indicators.inputs import kinds
from marketplace.indicators.inputs.queries import inside, known_in
from marketplace.indicators.periods import Period, month
from marketplace.indicators.uplift import presence
from marketplace.kit.clock import day_wib, month_of, month_wib
from marketplace.regions.models import VILLAGE

MOST_MONTHS = 48


@dataclass(frozen=True)
class Course:
    """A village's net rupiah per month (SE-01) from its first month on the platform to its last.

    None: it was not there in that month, though before and after.
    """

    code: str
    name: str
    first: int
    sold: tuple[int | None, ...]

    @property
    def last(self) -> int:
        """The place of its last month."""
        return self.first + len(self.sold) - 1


def months(at: datetime) -> list[str]:
    """The full months that are looked at, oldest first; the running one is not among them."""
    return [each.key for each in month(month_wib(at)).back().run(MOST_MONTHS)]


def courses(region: str, *, at: datetime) -> list[Course]:
    """Every village of a region that was on the platform in one of the months, in the order of codes.

    It is there from the month after the day it joined (from the month itself if it joined on the first), or
    from its first sale where nobody noted a day; a month without a sale is then zero. In months in which it
    had left (`presence.gone`) it is missing, whatever came in of orders from before, and not earlier. Where
    no shop is known at all (it moved away) it is there until its last sale.
    """
    keys = months(at)
    nets = _nets(region, keys)
    joined = known_in(kinds.JOINED, day_wib(at), region)
    left = presence.gone(region, keys)
    found = []
    for place in queries.places(region, VILLAGE):
        entry = joined.get(place.code)
        first = _first(place.since, entry.value if entry else None)
        if first is None or first > keys[-1]:
            continue
        begin = keys.index(max(first, keys[0]))
        sold = [nets.get((place.code, key), 0) for key in keys[begin:]]
        away = left.get(place.code)
        until = len(sold) if away is not None else _after_last(sold)
        seen = [
            None if away and key in away else net
            for key, net in zip(keys[begin:], sold[:until], strict=False)
        ]
        there = [at for at, net in enumerate(seen) if net is not None]
        if there:
            course = tuple(seen[there[0] : there[-1] + 1])
            found.append(Course(place.code, place.name, begin + there[0], course))
    return found


def _nets(region: str, keys: list[str]) -> dict[tuple[str, str], int]:
    """Net rupiah by (code of a village, month)."""
    cell = Cell.__table__.c
    asked = select(cell.region_code, cell.period_key, cell.net).where(
        cell.period_key.in_(keys), cell.level == VILLAGE, inside(cell.region_code, region)
    )
    return {(code, key): net for code, key, net in db.session.execute(asked)}


def _first(sale: str | None, joined: date | None) -> str | None:
    if joined is None:
        return sale
    full = month_of(joined) if joined.day == 1 else _next(month(month_of(joined)))
    return min(full, sale) if sale else full


def _next(one: Period) -> str:
    year, number = map(int, one.first.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def _after_last(sold: list[int]) -> int:
    return max((place + 1 for place, net in enumerate(sold) if net), default=0)
