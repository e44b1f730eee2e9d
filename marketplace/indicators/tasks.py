"""Decides what waits for an officer of a region: findings to settle, a month to submit or to approve."""

from dataclasses import dataclass

from flask_babel import gettext as _

from marketplace.indicators.periods import Period
from marketplace.indicators.publishing.queries import state_of, states_in
from marketplace.indicators.publishing.states import PROVISIONAL, SUBMITTED
from marketplace.indicators.quality import reading as quality
from marketplace.regions import queries as regions
from marketplace.regions.models import PROVINCE, REGENCY, Region


@dataclass(frozen=True)
class Task:
    """Something that waits, in words, and the page where it is done."""

    words: str
    href: str


def tasks(region: Region, full: Period) -> list[Task]:
    """What waits in a region after its last full month. Four queries at most."""
    return [task for task in (_findings(region), _publishing(region, full)) if task]


def _findings(region: Region) -> Task | None:
    count = quality.how_many(region.code, "", open_only=True)
    words = _("%(count)s temuan mutu data menunggu keputusan", count=count)
    return Task(words, f"/program/mutu?wilayah={region.code}") if count else None


def _publishing(region: Region, full: Period) -> Task | None:
    """A regency submits its month, the province approves what was submitted; the others have no part."""
    href = f"/program/terbitan?periode={full.key}"
    if region.level == REGENCY and state_of(region.code, full) == PROVISIONAL:
        return Task(_("Angka %(month)s belum diajukan", month=full.label), href)
    if region.level != PROVINCE:
        return None
    codes = [place.code for place in regions.children(region.code)]
    count = list(states_in(full, codes).values()).count(SUBMITTED)
    if not count:
        return None
    return Task(
        _(
            "Angka %(month)s dari %(count)s kabupaten/kota menunggu persetujuan",
            month=full.label,
            count=count,
        ),
        href,
    )
