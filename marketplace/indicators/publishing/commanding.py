"""Decides what `desamart indicators publish` does with a region: all steps that are left, if it is ready."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from marketplace.indicators.periods import Period
from marketplace.indicators.publishing import locking, queries, readiness
from marketplace.indicators.publishing.states import APPROVED, LOCKED, PROVISIONAL, RETURNED, SUBMITTED
from marketplace.indicators.turns import cells_alone
from marketplace.regions.models import Region
from marketplace.regions.queries import LAMPUNG, children, region

COMMAND = "desamart indicators publish"


@dataclass(frozen=True)
class Told:
    """What became of a region: `state` afterwards, what was missing, the hash if it is locked."""

    region: str
    name: str
    state: str
    missing: list[str]
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


def regions() -> Iterator[Region]:
    """The regencies in the order of codes, then the province: it is locked when they all are."""
    yield from sorted(children(LAMPUNG), key=lambda place: place.code)
    yield region(LAMPUNG)


def publish(place: Region, period: Period, *, at: datetime) -> Told:
    """Hand in, approve and lock what is ready; what is not stays as it is, and is told why.

    The command takes all steps in nobody's name: each of them says so, on the page and in the public log.
    """
    cells_alone()
    act = locking.Act(place, period, by=None, at=at, note=f"{COMMAND} {period.key}")
    last = queries.last_step(place.code, period)
    state = last.state if last else PROVISIONAL
    missing = [] if state == LOCKED else readiness.blocking(place, period, at=at)
    if missing or state == LOCKED:
        return _told(place, period, state, missing)
    if state in (PROVISIONAL, RETURNED):
        locking.submit(act)
        state = SUBMITTED
    if state == SUBMITTED:
        locking.approve(act)
        state = APPROVED
    locking.lock(act)
    return _told(place, period, LOCKED, [])


def _told(place: Region, period: Period, state: str, missing: list[str]) -> Told:
    newest = queries.revisions(place.code, period)
    return Told(place.code, place.name, state, missing, newest[0].content_hash if newest else "")
