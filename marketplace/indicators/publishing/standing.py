"""Decides what a page says of the figures on it: how final they are, and what has changed since they were."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.accounts.models import User
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import Period
from marketplace.indicators.publishing import desk, locked
from marketplace.indicators.publishing.queries import state_of
from marketplace.indicators.publishing.states import LOCKED
from marketplace.kit.errors import NotFound

MOST = 3


@dataclass(frozen=True)
class Standing:
    """How final the figures of a region's period are.

    `revision` is the newest one (0: not locked). `differing` are figures of the page that are locked and are
    counted otherwise today, and `more` how many of them are not named; `href` is the page of the publication,
    empty for who cannot open it.
    """

    state: str
    revision: int = 0
    differing: Sequence[Figure] = ()
    more: int = 0
    href: str = ""


def standing(user: User, region_code: str, period: Period, figures: Sequence[Figure]) -> Standing:
    """What is said above these figures, of which those of the region and period are the matter. One query."""
    state = state_of(region_code, period)
    own = locked.owner_of(region_code, period)
    revisions = [each.revision for each in figures if locked.owner_of(each.place.code, each.period) == own]
    changed = {(each.place.code, each.period.key, each.code): each for each in figures if each.recount}
    # The matter of the page first, then what stands beside it.
    ordered = sorted(changed.values(), key=lambda each: (each.period != period, each.place.code))
    return Standing(
        state,
        max(revisions, default=0) if state == LOCKED else 0,
        ordered[:MOST],
        len(ordered[MOST:]),
        _href(user, *own),
    )


def _href(user: User, code: str, key: str) -> str:
    try:
        desk.publication_place(user, code)
    except NotFound:
        return ""
    return f"/program/terbitan/{code}/{key}"
