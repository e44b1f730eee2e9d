"""Decides what waits for an officer of a region: findings to settle, a month to submit or to approve."""

from dataclasses import dataclass

from flask_babel import gettext as _

from marketplace.accounts.models import User
from marketplace.indicators.periods import Period
from marketplace.indicators.publishing.queries import state_of
from marketplace.indicators.publishing.states import PROVISIONAL
from marketplace.indicators.publishing.waiting import decisions
from marketplace.indicators.quality import reading as quality
from marketplace.regions.models import REGENCY, Region


@dataclass(frozen=True)
class Task:
    """Something that waits, in words, and the page where it is done."""

    words: str
    href: str


def tasks(user: User, region: Region, full: Period) -> list[Task]:
    """What waits for a person in a region after its last full month. Six queries at most."""
    found = (_findings(region), _unsubmitted(region, full), _decisions(user))
    return [task for task in found if task]


def _findings(region: Region) -> Task | None:
    count = quality.how_many(region.code, "", open_only=True)
    words = _("%(count)s temuan mutu data menunggu keputusan", count=count)
    return Task(words, f"/program/mutu?wilayah={region.code}") if count else None


def _unsubmitted(region: Region, full: Period) -> Task | None:
    """A regency submits its month; the others have no part in that."""
    if region.level != REGENCY or state_of(region.code, full) != PROVISIONAL:
        return None
    words = _("Angka %(month)s belum diajukan", month=full.label)
    return Task(words, f"/program/terbitan/{region.code}/{full.key}")


def _decisions(user: User) -> Task | None:
    count = decisions(user)
    words = _("%(count)s terbitan menunggu keputusan Anda", count=count)
    return Task(words, "/program/terbitan") if count else None
