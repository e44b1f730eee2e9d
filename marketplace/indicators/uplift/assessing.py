"""Decides what is shown of a region's uplift: the whole, its cohorts, sales per rupiah of stimulus.

An estimate takes up to a second; it is kept in memory by the content of its panel, so that pages stay fast
and a new sale, act or correction makes a new one.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import numpy as np

from marketplace.indicators.inputs import kinds
from marketplace.indicators.inputs.idm import CLASSES
from marketplace.indicators.uplift import recording
from marketplace.indicators.uplift.beginnings import Beginning, Village, beginning, by_village
from marketplace.indicators.uplift.estimating import Estimate, Refused, estimate
from marketplace.indicators.uplift.gathering import ALL_ACTS, Gathered, gather, with_grant
from marketplace.indicators.uplift.models import Baseline
from marketplace.indicators.uplift.panel import NEVER, Panel
from marketplace.regions.queries import labels

MOST_KEPT = 200
LOCUS, ALONE = "locus", "alone"
_kept: "OrderedDict[str, Estimate | Refused]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Cohort:
    """Some of the treated villages: group of cohorts, name in it, how many, result, beginning."""

    group: str
    name: str
    villages: int
    found: Estimate | Refused
    beginning: Beginning


@dataclass(frozen=True)
class Return:
    """Rupiah of additional sales so far per rupiah of grant: villages, both sums, ratio, interval."""

    villages: int
    sales: float
    grants: int
    ratio: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Assessment:
    """The uplift of a region: what it is made of, result, cohorts, sales per rupiah of grant, beginning.

    `treated` are code and name of the villages with the acts asked about, on the platform or not.
    """

    gathered: Gathered
    found: Estimate | Refused
    cohorts: list[Cohort]
    returned: Return | None
    treated: list[tuple[str, str]]
    beginning: Beginning


def assess(region: str, kind: str, match: str, *, at: datetime) -> Assessment:
    """Everything that the page of a region shows; `kind` and `match` as in `gathering.gather`."""
    gathered = gather(region, kind, match, at=at)
    acted = {
        code for code, some in gathered.acts.items() if any(kind in (ALL_ACTS, act.kind) for act in some)
    }
    treated = sorted(labels(acted).items(), key=lambda pair: pair[1].casefold())
    villages = _villages(gathered, region, kind)
    return Assessment(
        gathered,
        remembered(gathered.panel),
        _cohorts(gathered, villages),
        _returned(gathered),
        treated,
        beginning(villages.values(), gathered.months),
    )


def remembered(panel: Panel) -> Estimate | Refused:
    """The estimate of a panel, from memory where the same was asked for before."""
    key = _content(panel)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = estimate(panel)
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _content(panel: Panel) -> str:
    digest = hashlib.sha256(repr(panel.outcome.shape).encode())
    for part in (panel.outcome, panel.start, panel.spoiled, panel.kind):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _villages(gathered: Gathered, region: str, kind: str) -> dict[str, Village]:
    """The treated villages that were on the platform, by code."""
    surveys = by_village(recording.standing(Baseline, region))
    found = {}
    for course, start in zip(gathered.courses, map(int, gathered.panel.start), strict=True):
        if start < NEVER:
            acts = gathered.acts[course.code]
            day = min(act.day for act in acts if kind in (ALL_ACTS, act.kind))
            found[course.code] = Village(course, start, day, surveys.get(course.code, ()))
    return found


def _cohorts(gathered: Gathered, villages: dict[str, Village]) -> list[Cohort]:
    return [
        Cohort(
            group,
            name,
            len(codes),
            remembered(gathered.panel.only(gathered.of(codes))),
            beginning([villages[code] for code in sorted(codes)], gathered.months),
        )
        for (group, name), codes in _groups(gathered).items()
        if codes
    ]


def _groups(gathered: Gathered) -> dict[tuple[str, str], set[str]]:
    """Which treated villages are of which cohort. A village of unknown focus or status is in none."""
    starts = zip(gathered.courses, gathered.panel.start, strict=True)
    treated = {course.code for course, start in starts if start < NEVER}
    chosen = {code for code, known in gathered.locus.items() if known.value}
    stimulated = treated & chosen & with_grant(gathered.acts)
    groups = {(LOCUS, LOCUS): stimulated, (LOCUS, ALONE): treated - with_grant(gathered.acts)}
    for name in kinds.FOCUSES:
        groups[kinds.FOCUS, name] = {
            code for code in treated if code in gathered.focus and gathered.focus[code].value == name
        }
    for name in CLASSES:
        groups[kinds.STATUS, name] = {
            code for code in treated if code in gathered.status and gathered.status[code].value.status == name
        }
    return groups


def _returned(gathered: Gathered) -> Return | None:
    """For the villages with a grant among the treated, while an effect of theirs can be estimated."""
    given = with_grant(gathered.acts)
    found = remembered(gathered.panel.only(gathered.of(given)))
    if isinstance(found, Refused):
        return None
    codes = {gathered.courses[own.village].code for own in found.own}
    grants = gathered.grants(codes)
    if not grants:
        return None
    low, high = found.effect.interval
    months = found.village_months
    return Return(
        len(codes), found.total, grants, found.total / grants, (low * months / grants, high * months / grants)
    )
