"""How sums become figures: growth at its edges, shares, rounding; what is missing is told apart from zero."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from marketplace.indicators import wording
from marketplace.indicators.figures import NO_DATA, NOT_AVAILABLE, Figure, Place, Totals, figure, growth
from marketplace.indicators.periods import period
from marketplace.indicators.registry import INDICATORS

CUTOFF = datetime(2026, 11, 1, tzinfo=UTC)
OCTOBER, SEPTEMBER = period("2026-10"), period("2026-09")
HANURA = Place("18.09.10.2004", "Hanura", "village", "2026-01")


def made(code: str, here: Totals | None, before: Totals | None = None, place: Place = HANURA) -> Figure:
    sums = {(place.code, key): each for key, each in (("2026-10", here), ("2026-09", before)) if each}
    return figure(INDICATORS[code], place, OCTOBER, sums, CUTOFF)


@pytest.mark.parametrize(
    ("now", "base", "percent"),
    [
        (150, 100, "50.0"),
        (50, 100, "-50.0"),
        (0, 100, "-100.0"),
        (-20, 100, "-120.0"),
        (100, 100, "0.0"),
        (1, 3, "-66.7"),
        (200_100, 200_000, "0.1"),
        (99_999, 100_000, "0.0"),
        (5, 0, None),
        (0, 0, None),
        (5, -10, None),
    ],
)
def test_growth_is_relative_to_a_base_above_zero_and_otherwise_has_no_value(
    now: int, base: int, percent: str | None
) -> None:
    assert growth(now, base) == (None if percent is None else Decimal(percent))
    found = made("SE-03", Totals(net=now), Totals(net=base))
    assert found.value == (None if percent is None else Decimal(percent))
    assert (found.numerator, found.denominator) == (now - base, base)
    assert found.why == (NOT_AVAILABLE if percent is None else None)


def test_a_change_that_rounds_to_zero_carries_no_minus() -> None:
    assert wording.value(made("SE-03", Totals(net=99_999), Totals(net=100_000))) == "0,0%"


def test_the_share_without_cash_is_of_positive_lines_only() -> None:
    found = made("SE-11", Totals(net=50, positive=80, cashless=20))
    assert (found.value, found.numerator, found.denominator) == (Decimal("25.0"), 20, 80)


def test_a_share_of_nothing_is_not_available_and_not_zero() -> None:
    found = made("SE-11", Totals())
    assert (found.value, found.why, wording.value(found)) == (None, NOT_AVAILABLE, "belum tersedia")


def test_turnover_may_be_negative_in_a_month_of_refunds() -> None:
    assert wording.value(made("SE-01", Totals(net=-12_500))) == "-Rp12.500"


@pytest.mark.parametrize("code", list(INDICATORS))
@pytest.mark.parametrize("since", [None, "2026-11"])
def test_a_place_that_never_sold_until_then_has_no_data(code: str, since: str | None) -> None:
    found = made(code, None, place=Place("18.09.10.2005", "Hurun", "village", since))
    assert (found.value, found.numerator, found.why) == (None, None, NO_DATA)
    assert wording.value(found) == "tidak ada data"


def test_a_place_that_fell_silent_has_a_true_zero_and_lost_everything() -> None:
    before = Totals(net=100, positive=100, shops=1, lines=1)
    assert made("SE-01", None, before).value == 0
    assert made("SE-04", None, before).value == 0
    assert made("SE-03", None, before).value == Decimal("-100.0")


def test_changes_are_written_in_the_unit_of_the_indicator() -> None:
    now, before = (
        Totals(net=150, positive=4, cashless=3, shops=5),
        Totals(net=100, positive=4, cashless=1, shops=7),
    )
    changes = {
        code: wording.change(made(code, now), made(code, before)) for code in ("SE-01", "SE-04", "SE-11")
    }
    assert changes == {"SE-01": "+50,0%", "SE-04": "-2", "SE-11": "+50,0 poin"}
