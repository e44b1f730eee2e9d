"""Decides what is handed to the estimator: which acts count, whose kind is whose, as one panel of numbers."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from marketplace.indicators.inputs import kinds
from marketplace.indicators.inputs.queries import Known, known_in
from marketplace.indicators.uplift import monthly, recording
from marketplace.indicators.uplift.models import GRANT, ProgrammeAct
from marketplace.indicators.uplift.monthly import Course
from marketplace.indicators.uplift.panel import ANY_KIND, NEVER, Flags, Ints, Panel, panel
from marketplace.kit.clock import day_wib

ALL_ACTS = ""
ANYBODY, REGENCY, CLASS = "semua", "kabupaten", "kelas"
MATCHES = (REGENCY, CLASS, ANYBODY)


@dataclass(frozen=True)
class Gathered:
    """A panel with its words: months, villages in the order of its rows, acts, what is known of them."""

    panel: Panel
    months: list[str]
    courses: list[Course]
    acts: dict[str, list[ProgrammeAct]]
    locus: dict[str, Known]
    focus: dict[str, Known]
    status: dict[str, Known]

    def of(self, codes: set[str]) -> Flags:
        """Which rows of the panel are these villages."""
        return np.array([course.code in codes for course in self.courses], bool)

    def grants(self, codes: set[str]) -> int:
        """Rupiah of all grants of these villages."""
        return sum(act.rupiah or 0 for code in codes for act in self.acts.get(code, ()))


def gather(region: str, kind: str, match: str, *, at: datetime) -> Gathered:
    """Everything about the villages of a region; the act asked for is the first of `kind` (all: ALL_ACTS)."""
    keys, courses = monthly.months(at), monthly.courses(region, at=at)
    acts: dict[str, list[ProgrammeAct]] = {}
    for act in recording.standing(ProgrammeAct, region):
        acts.setdefault(act.village_code, []).append(act)
    on = day_wib(at)
    locus, focus, status = (known_in(each, on, region) for each in (kinds.LOCUS, kinds.FOCUS, kinds.STATUS))
    start = _starts(courses, acts, keys, kind)
    spoiled = _starts(courses, acts, keys, ALL_ACTS)
    alike = _kinds(courses, match, focus, status)
    return Gathered(
        panel(_outcome(courses, len(keys)), start, spoiled, alike), keys, courses, acts, locus, focus, status
    )


def with_grant(acts: dict[str, list[ProgrammeAct]]) -> set[str]:
    """Villages that were given money."""
    return {code for code, some in acts.items() if any(act.kind == GRANT for act in some)}


def _outcome(courses: list[Course], months: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    outcome = np.full((len(courses), months), np.nan)
    for row, course in enumerate(courses):
        outcome[row, course.first : course.last + 1] = [np.nan if net is None else net for net in course.sold]
    return outcome


def _starts(courses: list[Course], acts: dict[str, list[ProgrammeAct]], keys: list[str], kind: str) -> Ints:
    """The place of the month of a village's first act; before the months looked at it is below zero."""
    return np.array(
        [
            _place(min(days), keys)
            if (days := [act.day for act in acts.get(course.code, ()) if kind in (ALL_ACTS, act.kind)])
            else NEVER
            for course in courses
        ],
        np.int64,
    )


def _place(day: date, keys: list[str]) -> int:
    year, number = map(int, keys[0].split("-"))
    first = year * 12 + number
    return day.year * 12 + day.month - first


def _kinds(
    courses: list[Course], match: str, focus: dict[str, Known], status: dict[str, Known]
) -> Ints | None:
    """A number per kind; ANY_KIND where it is not known, or nobody asked."""
    if match == ANYBODY:
        return None
    keys: list[object] = []
    for course in courses:
        if match == REGENCY:
            keys.append(course.code[:5])
        elif course.code in focus and course.code in status:
            keys.append((focus[course.code].value, status[course.code].value.status))
        else:
            keys.append(None)
    numbers = {key: number for number, key in enumerate(sorted({str(key) for key in keys if key}))}
    return np.array([numbers[str(key)] if key else ANY_KIND for key in keys], np.int64)
