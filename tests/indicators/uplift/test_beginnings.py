"""Where villages began: a survey before the act, else the first full quarter; the season by equal months."""

from datetime import UTC, date, datetime

from marketplace.indicators.periods import month
from marketplace.indicators.uplift.beginnings import Beginning, Mean, Village, beginning
from marketplace.indicators.uplift.models import Baseline
from marketplace.indicators.uplift.monthly import Course

# From January 2024 to December 2025.
KEYS = [each.key for each in month("2025-12").run(24)]
AT = datetime(2026, 1, 1, tzinfo=UTC)


def survey(day: date, rupiah: int) -> Baseline:
    """What a survey found."""
    number = day.toordinal()
    return Baseline(
        id=number, village_code="18.09.10.2004", day=day, rupiah=rupiah, source="Survei", entered_at=AT
    )


def village(first: int, sold: list[int | None], *surveys: Baseline, start: int = 14) -> Village:
    """A village whose act was in the middle of March 2025, unless told otherwise."""
    acted = date.fromisoformat(f"{KEYS[start]}-15")
    return Village(Course("18.09.10.2004", "Hanura", first, tuple(sold)), start, acted, surveys)


def test_the_last_survey_before_the_act_counts_and_a_later_one_does_not() -> None:
    told = beginning(
        [
            village(1, [10] * 23, survey(date(2024, 5, 1), 700), survey(date(2024, 9, 1), 900)),
            village(1, [10] * 23, survey(date(2025, 6, 1), 5_000)),
        ],
        KEYS,
    )
    assert (told.surveyed, told.surveys) == (Mean(900, 1), (date(2024, 9, 1), date(2024, 9, 1)))
    # The other one has only its first full quarter, of ten rupiah a month.
    assert told.quarter == Mean(10, 1)


def test_the_first_quarter_is_a_whole_one_of_the_calendar_without_a_gap() -> None:
    """From February on, away in May: July, August and September are the first whole quarter."""
    sold: list[int | None] = [1, 2, 3, None, 5, 60, 70, 80, *range(14)]
    assert beginning([village(1, sold)], KEYS).quarter == Mean(70, 1)
    # Who was there before the months looked at has none.
    assert beginning([village(0, [1] * 24)], KEYS).quarter is None


def test_the_season_compares_months_that_are_there_in_both_years() -> None:
    """Eleven months after March 2025 would be until February 2026; nine of them are over, one was missed."""
    before = [100] * 14
    told = beginning([village(0, [*before, 50, 200, None, 200, 200, 200, 200, 200, 200, 200])], KEYS)
    assert (told.after, told.year_before, told.months) == (Mean(200, 1), Mean(100, 1), 8)
    late = village(13, [5] * 11)
    assert beginning([late], KEYS) == Beginning(None, None, Mean(5, 1), None, None, 0)


def test_nobody_began_anywhere() -> None:
    assert beginning([], KEYS) == Beginning(None, None, None, None, None, 0)
