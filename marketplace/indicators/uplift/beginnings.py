"""Decides where villages began: a survey or their first quarter here, and the same season before. Pure.

A survey counts if it was made before the act. Where there is none, the first full quarter on the platform
stands in its place and is told apart, because it holds only what was sold here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.indicators.periods import Period, month
from marketplace.indicators.uplift.models import Baseline
from marketplace.indicators.uplift.monthly import Course

YEAR = 12
QUARTER = 3


@dataclass(frozen=True)
class Village:
    """A treated village: its course, the month of the act (a place in the months looked at), its surveys."""

    course: Course
    start: int
    acted_on: date
    surveys: Sequence[Baseline]


@dataclass(frozen=True)
class Mean:
    """A mean in rupiah per month over so many villages."""

    rupiah: int
    villages: int


@dataclass(frozen=True)
class Beginning:
    """Where some villages began, each by its survey or else its first quarter; None where nobody has one.

    `after` and `year_before` are rupiah per village and month in the same `months` village-months: the first
    eleven after the act, and those of the same name a year earlier, all before it.
    """

    surveyed: Mean | None
    surveys: tuple[date, date] | None
    quarter: Mean | None
    after: Mean | None
    year_before: Mean | None
    months: int


def beginning(villages: Iterable[Village], keys: Sequence[str]) -> Beginning:
    """The beginning of some villages together; `keys` are the months looked at."""
    surveys: list[Baseline] = []
    quarters: list[int] = []
    pairs: list[tuple[int, int]] = []
    seen = 0
    for village in villages:
        survey = _survey(village)
        quarter = first_quarter(village.course, keys)
        if survey:
            surveys.append(survey)
        elif quarter:
            quarters.append(quarter[1])
        own = _seasons(village)
        seen += bool(own)
        pairs += own
    days = [survey.day for survey in surveys]
    return Beginning(
        surveyed=_mean([survey.rupiah for survey in surveys]),
        surveys=(min(days), max(days)) if days else None,
        quarter=_mean(quarters),
        after=_mean([after for after, _before in pairs], seen),
        year_before=_mean([before for _after, before in pairs], seen),
        months=len(pairs),
    )


def sold(course: Course | None, place: int) -> int | None:
    """What a village sold in a month (its place); None where it was not on the platform."""
    if course is None or not course.first <= place <= course.last:
        return None
    return course.sold[place - course.first]


def first_quarter(course: Course | None, keys: Sequence[str]) -> tuple[Period, int] | None:
    """The first quarter of the calendar that a village was here for as a whole, and its mean month."""
    if course is None or course.first == 0:  # It began before the months that are looked at.
        return None
    for place in range(course.first, course.last - 1):
        quarter = month(keys[place]).quarter()
        if quarter.first == keys[place]:
            three = [net for step in range(QUARTER) if (net := sold(course, place + step)) is not None]
            if len(three) == QUARTER:
                return quarter, sum(three) // QUARTER
    return None


def by_village(surveys: Iterable[Baseline]) -> Mapping[str, list[Baseline]]:
    """Surveys by the code of their village, in the order in which they come."""
    found: dict[str, list[Baseline]] = {}
    for survey in surveys:
        found.setdefault(survey.village_code, []).append(survey)
    return found


def _survey(village: Village) -> Baseline | None:
    """The last one before the act."""
    before = [survey for survey in village.surveys if survey.day < village.acted_on]
    return max(before, key=lambda survey: (survey.day, survey.id), default=None)


def _seasons(village: Village) -> list[tuple[int, int]]:
    """What was sold in a month after the act, and in the one of the same name before it."""
    found = []
    for place in range(village.start + 1, village.start + YEAR):
        after, before = sold(village.course, place), sold(village.course, place - YEAR)
        if after is not None and before is not None:
            found.append((after, before))
    return found


def _mean(rupiah: Sequence[int], villages: int | None = None) -> Mean | None:
    if not rupiah:
        return None
    return Mean(round(sum(rupiah) / len(rupiah)), len(rupiah) if villages is None else villages)
