"""Decides how sums become figures. Pure: no database, no request; `queries` brings the sums."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from marketplace.indicators.periods import Period
from marketplace.indicators.registry import GROWTH, INDICATORS, RATIO, Indicator
from marketplace.indicators.sums import Totals

__all__ = ["Totals"]  # Whoever brings the sums finds them here as well.

NO_DATA, NOT_AVAILABLE = "no data", "not available"


@dataclass(frozen=True)
class Place:
    """A region in a table of figures. `since` is the month (`2026-10`) of its first sale; None: never.

    `villages` is how many villages lie in it.
    """

    code: str
    name: str
    level: str
    since: str | None
    villages: int = 1


@dataclass(frozen=True)
class Coverage:
    """For how many of a place's villages the facts or inputs under a figure are known."""

    known: int = 0
    villages: int = 1


@dataclass(frozen=True)
class Figure:
    """An indicator's value for a place and period, and what it is made of. `why` tells why `value` is None.

    `value` is rounded once, half up, to the decimals of its indicator; numerator and denominator are exact.
    """

    indicator: Indicator
    place: Place
    period: Period
    value: Decimal | None
    numerator: int | None
    denominator: int | None
    why: str | None
    lines: int
    cutoff: datetime
    coverage: Coverage = Coverage()

    @property
    def code(self) -> str:
        """The indicator's code, such as `SE-01`."""
        return self.indicator.code


Sums = dict[tuple[str, str], Totals]


def figure(indicator: Indicator, place: Place, period: Period, sums: Sums, cutoff: datetime) -> Figure:
    """One figure. `sums` holds totals by (place code, period key); growth also looks at the period before.

    A place that had never sold until the end of the period has no data, which is not zero. A place that had,
    and sold nothing in this period, has a true zero.
    """
    here = sums.get((place.code, period.key), Totals())
    coverage = Coverage(getattr(here, indicator.covered), place.villages)
    if place.since is None or place.since > period.last:
        return Figure(indicator, place, period, None, None, None, NO_DATA, 0, cutoff, coverage)
    before = sums.get((place.code, period.back().key), Totals()) if indicator.kind == GROWTH else None
    numerator, denominator = parts(indicator, here, before)
    value = quotient(indicator, numerator, denominator)
    why = NOT_AVAILABLE if value is None else None
    return Figure(indicator, place, period, value, numerator, denominator, why, here.lines, cutoff, coverage)


def figures_of(
    places: Iterable[Place],
    period: Period,
    sums: Sums,
    cutoff: datetime,
    indicators: Iterable[Indicator] = tuple(INDICATORS.values()),
) -> list[Figure]:
    """Every indicator for every place, place by place."""
    chosen = tuple(indicators)
    return [figure(indicator, place, period, sums, cutoff) for place in places for indicator in chosen]


def growth(now: int, base: int) -> Decimal | None:
    """The change from `base` to `now` in percent with one decimal; None on a base of zero or below."""
    return rounded(Decimal(now - base) * 100 / base, 1) if base > 0 else None


def parts(indicator: Indicator, here: Totals, before: Totals | None) -> tuple[int, int | None]:
    """Numerator and denominator. Sums and counts have no denominator."""
    over: int = getattr(here, indicator.over)
    if indicator.under is None:
        return over, None
    under: int = getattr(before or here, indicator.under)
    return (over - under if indicator.kind == GROWTH else over), under


def quotient(indicator: Indicator, numerator: int, denominator: int | None) -> Decimal | None:
    """The value of a pair of parts, or None where nothing can be divided by the denominator."""
    if indicator.kind not in (RATIO, GROWTH):
        return Decimal(numerator)
    if denominator is None or denominator <= 0:
        return None
    return rounded(Decimal(numerator) * 100 / denominator, indicator.decimals)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half up: 0.05 is 0.1. What rounds to zero carries no sign."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0
