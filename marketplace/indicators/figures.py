"""Decides how sums become figures. Pure: no database, no request; `queries` brings the sums."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from marketplace.indicators.declaring import CLASS, GROWTH, MEASURE, SALES, YEAR_BEFORE, Indicator
from marketplace.indicators.periods import Period
from marketplace.indicators.registry import EVERY, INDICATORS
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
    `revision` is that of the snapshot it is read from (0: counted, not locked), `base_revision` that of the
    snapshot which growth is compared with. `recount` is what is counted today, where that is not what was
    locked.
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
    revision: int = 0
    base_revision: int = 0
    recount: "Figure | None" = None

    @property
    def code(self) -> str:
        """The indicator's code, such as `SE-01`."""
        return self.indicator.code


Sums = dict[tuple[str, str], Totals]


def figure(indicator: Indicator, place: Place, period: Period, sums: Sums, cutoff: datetime) -> Figure:
    """One figure. `sums` holds totals by (place code, period key); growth also looks at an earlier period.

    A place that had never sold until the end of the period has no data, which is not zero, unless something
    else than sales is known of it to divide by. A place that had, and sold nothing in this period, has a true
    zero.
    """
    here = sums.get((place.code, period.key), Totals())
    numerator, denominator = parts(indicator, here, sums.get((place.code, base_of(indicator, period).key)))
    coverage = Coverage(getattr(here, indicator.covered), place.villages)
    unsold = place.since is None or place.since > period.last
    if unsold and (indicator.source == SALES or not denominator):
        return Figure(indicator, place, period, None, None, None, NO_DATA, 0, cutoff, coverage)
    value = quotient(indicator, numerator, denominator)
    why = NOT_AVAILABLE if value is None else None
    return Figure(indicator, place, period, value, numerator, denominator, why, here.lines, cutoff, coverage)


def figures_of(
    places: Iterable[Place],
    period: Period,
    sums: Sums,
    cutoff: datetime,
    indicators: Collection[Indicator] = EVERY,
) -> list[Figure]:
    """Every indicator for every place, place by place."""
    return [figure(indicator, place, period, sums, cutoff) for place in places for indicator in indicators]


def growth(now: Decimal | int, base: Decimal | int) -> Decimal | None:
    """The change from `base` to `now` in percent with one decimal; None on a base of zero or below."""
    return rounded(Decimal(now - base) * 100 / base, 1) if base > 0 else None


def base_of(indicator: Indicator, period: Period) -> Period:
    """The period with which growth compares this one; for every other kind the period itself."""
    if indicator.kind != GROWTH:
        return period
    return period.year_before() if indicator.base == YEAR_BEFORE else period.back()


def bases(period: Period) -> list[Period]:
    """Every earlier period that an indicator compares this one with, each once."""
    found = (base_of(indicator, period) for indicator in INDICATORS.values())
    return list(dict.fromkeys(each for each in found if each != period))


def parts(indicator: Indicator, here: Totals, then: Totals | None) -> tuple[int, int | None]:
    """Numerator and denominator; `then` are the sums of the base of growth. Counts have no denominator."""
    over: int = getattr(here, indicator.over)
    if indicator.under is None:
        return over, None
    if indicator.kind == GROWTH:
        base: int = getattr(then or Totals(), indicator.under)
        return over - base, base
    under: int = getattr(here, indicator.under)
    return over, under


def quotient(indicator: Indicator, numerator: int, denominator: int | None) -> Decimal | None:
    """The value of a pair of parts, or None where there is nothing to divide by."""
    if indicator.under is not None and (denominator is None or denominator <= 0):
        return None
    if indicator.kind == CLASS:
        return Decimal(min(numerator, len(indicator.classes) - 1))
    if indicator.kind == MEASURE or not denominator:
        return rounded(Decimal(numerator * indicator.factor) / indicator.divisor, indicator.decimals)
    return rounded(Decimal(numerator * indicator.factor) / denominator, indicator.decimals)


def points(indicator: Indicator, value: Decimal) -> int | None:
    """What the official yardstick gives for such a value, where it has published its steps; else None."""
    reached = [score for least, score in indicator.points if value >= Decimal(least)]
    return reached[-1] if reached else None


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half up: 0.05 is 0.1. What rounds to zero carries no sign."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0
