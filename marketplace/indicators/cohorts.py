"""Decides which villages of a region belong together: by stimulus, focus or status; and what they come to.

Only sums that are added from village to village are told of a cohort: people, shares of sellers and medians
would have to be counted again for every set of villages.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from marketplace.indicators import queries
from marketplace.indicators.declaring import ADDED, CLASS, MEASURE
from marketplace.indicators.figures import Figure, Place, Sums, figures_of
from marketplace.indicators.inputs import kinds
from marketplace.indicators.inputs.idm import CLASSES
from marketplace.indicators.inputs.queries import known_in
from marketplace.indicators.periods import Period
from marketplace.indicators.registry import MAIN, Indicator
from marketplace.indicators.sums import Totals
from marketplace.indicators.uplift import recording
from marketplace.indicators.uplift.models import GRANT, ProgrammeAct
from marketplace.regions.models import VILLAGE, Region

STIMULUS, FOCUS, STATUS = "stimulan", "fokus", "status"
GROUPINGS = {STIMULUS: _l("Dana stimulan"), FOCUS: _l("Kategori fokus"), STATUS: _l("Status desa")}
_STIMULATED, _ALONE, _OUTSIDE = "dengan", "tanpa", "luar"
NAMES = {
    STIMULUS: {
        _STIMULATED: _l("Desa lokus dengan dana stimulan"),
        _ALONE: _l("Desa lokus tanpa dana stimulan"),
        _OUTSIDE: _l("Desa di luar lokus"),
    },
    FOCUS: kinds.FOCUSES,
    STATUS: CLASSES,
}


@dataclass(frozen=True)
class Cohort:
    """Some villages of a region: how many, how many of them have sold, and their figures in order."""

    name: str
    villages: int
    selling: int
    figures: list[Figure]


@dataclass(frozen=True)
class Cohorts:
    """The cohorts of a grouping, and how many villages of the region are in none, for want of data."""

    indicators: list[Indicator]
    cohorts: list[Cohort]
    unknown: int

    @property
    def figures(self) -> list[Figure]:
        """All figures, cohort by cohort."""
        return [figure for cohort in self.cohorts for figure in cohort.figures]


def added() -> list[Indicator]:
    """The main indicators that can be told of any set of villages."""
    return [each for each in MAIN.values() if each.rolls == ADDED and each.kind not in (MEASURE, CLASS)]


def cohorts(region: Region, grouping: str, period: Period, *, at: datetime) -> Cohorts:
    """The cohorts of a region in a period, by what was known of its villages on the last day of it.

    Read from the village cells as they are now, also where the figures of a region are locked.
    """
    villages = {place.code: place for place in queries.places(region.code, VILLAGE)}
    groups = {name: codes & villages.keys() for name, codes in _groups(region, grouping, period).items()}
    sums = queries.totals(region.code, VILLAGE, queries.with_bases([period]))
    until, chosen = queries.cutoff(at), added()
    found = []
    for name, words in NAMES[grouping].items():
        codes = groups.get(name, set())
        if not codes:
            continue
        place = _place(f"{grouping}-{name}", str(words), [villages[code] for code in codes])
        figures = figures_of([place], period, _together(place.code, codes, sums), until, chosen)
        selling = sum(1 for code in codes if villages[code].since)
        found.append(Cohort(place.name, len(codes), selling, figures))
    return Cohorts(chosen, found, len(villages) - sum(cohort.villages for cohort in found))


def _groups(region: Region, grouping: str, period: Period) -> dict[str, set[str]]:
    on: date = period.last_day
    if grouping == STIMULUS:
        chosen = known_in(kinds.LOCUS, on, region.code)
        acts = recording.standing(ProgrammeAct, region.code)
        given = {act.village_code for act in acts if act.kind == GRANT and act.day <= on}
        locus = {code for code, told in chosen.items() if told.value}
        return {_STIMULATED: locus & given, _ALONE: locus - given, _OUTSIDE: set(chosen) - locus}
    groups: dict[str, set[str]] = {}
    for code, told in known_in(kinds.FOCUS if grouping == FOCUS else kinds.STATUS, on, region.code).items():
        groups.setdefault(told.value if grouping == FOCUS else told.value.status, set()).add(code)
    return groups


def _place(code: str, name: str, places: list[Place]) -> Place:
    since = min((place.since for place in places if place.since), default=None)
    return Place(code, name, VILLAGE, since, len(places))


def _together(name: str, codes: Iterable[str], sums: Sums) -> Sums:
    """The sums of all villages of a cohort, added up field by field, by period."""
    inside = set(codes)
    found: Sums = {}
    for (code, key), totals in sums.items():
        if code in inside:
            before = found.get((name, key), Totals())
            found[name, key] = Totals(
                *(getattr(before, field.name) + getattr(totals, field.name) for field in fields(Totals))
            )
    return found
