"""Decides what is told of one village: acts, baseline, before and after, the same season a year earlier."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.indicators.periods import Period, month
from marketplace.indicators.uplift import recording
from marketplace.indicators.uplift.assessing import Assessment, assess
from marketplace.indicators.uplift.beginnings import first_quarter, sold
from marketplace.indicators.uplift.estimating import Estimate, Own
from marketplace.indicators.uplift.models import Baseline, ProgrammeAct
from marketplace.indicators.uplift.monthly import Course

SHOWN = 24


@dataclass(frozen=True)
class Season:
    """A month and the same one a year earlier, in rupiah; None where the village was not on the platform."""

    period: Period
    sold: int | None
    year_before: int | None


@dataclass(frozen=True)
class Story:
    """A village: `surveys` have a source, `quarter` is its first full one here, with its mean month."""

    months: list[Season]
    acts: list[ProgrammeAct]
    surveys: list[Baseline]
    quarter: tuple[Period, int] | None
    own: Own | None


def story(code: str, region: str, kind: str, match: str, *, at: datetime) -> Story:
    """Everything about one village, compared inside `region`, which contains it."""
    found = assess(region, kind, match, at=at)
    keys = found.gathered.months
    course = next((each for each in found.gathered.courses if each.code == code), None)
    return Story(
        months=[_season(course, keys, place) for place in range(len(keys) - SHOWN, len(keys))],
        acts=found.gathered.acts.get(code, []),
        surveys=recording.standing(Baseline, code),
        quarter=first_quarter(course, keys),
        own=_own(found, code),
    )


def _season(course: Course | None, keys: list[str], place: int) -> Season:
    return Season(month(keys[place]), sold(course, place), sold(course, place - 12))


def _own(found: Assessment, code: str) -> Own | None:
    if not isinstance(found.found, Estimate):
        return None
    courses = found.gathered.courses
    return next((own for own in found.found.own if courses[own.village].code == code), None)
