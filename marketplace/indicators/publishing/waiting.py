"""Decides what waits for an officer among all publications: to hand in again, to approve, to lock, to revise.

What one person has handed in or proposed waits for others, and is not told to that person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from marketplace.accounts.models import User
from marketplace.indicators import access
from marketplace.indicators import queries as figures
from marketplace.indicators.periods import MONTH, QUARTER, YEAR, Period, month, period
from marketplace.indicators.publishing import desk, queries
from marketplace.indicators.publishing.desk import APPROVE, LOCK, PROPOSE, REVISE, SUBMIT
from marketplace.indicators.publishing.models import PublicationStep, RevisionProposal
from marketplace.indicators.publishing.states import APPROVED, LOCKED, RETURNED, SUBMITTED
from marketplace.kit.clock import month_wib
from marketplace.regions.models import PROVINCE, REGENCY
from marketplace.regions.queries import names

# So many of the last periods are counted again to see what has changed since they were locked.
LOOKED_AT = {MONTH: 13, QUARTER: 5, YEAR: 2}
Pair = tuple[str, str]


@dataclass(frozen=True)
class Waiting:
    """A region's period that waits for a person: `words` say for what, `note` what somebody has written."""

    code: str
    name: str
    period: Period
    words: str
    note: str

    @property
    def href(self) -> str:
        """The page on which it is done."""
        return f"/program/terbitan/{self.code}/{self.period.key}"


def waiting(user: User, *, at: datetime) -> list[Waiting]:
    """Everything that waits for this person, the newest period first."""
    last, proposed = _standing(user)
    found = _decisions(user, last, proposed)
    for pair, count in _changed(user, last, at).items():
        if pair not in proposed and desk.may(user, PROPOSE, pair[0]):
            found[pair] = (_("%(count)s angka berubah sejak terkunci", count=count), "")
    called = names({code for code, _key in found})
    told = [
        Waiting(code, called[code], period(key), words, note) for (code, key), (words, note) in found.items()
    ]
    return sorted(sorted(told, key=lambda each: each.code), key=lambda each: each.period.last, reverse=True)


def decisions(user: User) -> int:
    """How many publications wait for a decision of this person. Three queries."""
    return len(_decisions(user, *_standing(user)))


def _standing(user: User) -> tuple[dict[Pair, PublicationStep], dict[Pair, RevisionProposal]]:
    scopes = _scopes(user)
    return queries.last_steps(scopes), queries.open_proposals(scopes)


def _scopes(user: User) -> list[str]:
    """The person's regions that are published, or hold such: who works below a regency has no part in it."""
    return [scope for scope in access.scopes(user) if len(scope) <= desk.REGENCY_LENGTH]


def _decisions(
    user: User, last: dict[Pair, PublicationStep], proposed: dict[Pair, RevisionProposal]
) -> dict[Pair, tuple[str, str]]:
    """What somebody has to decide of, or to mend, by region and period."""
    asked = {
        SUBMITTED: (APPROVE, _("Menunggu persetujuan")),
        APPROVED: (LOCK, _("Siap dikunci")),
        RETURNED: (SUBMIT, _("Dikembalikan untuk diperbaiki")),
        LOCKED: (REVISE, _("Usulan revisi menunggu keputusan")),
    }
    found = {}
    for pair, step in last.items():
        wanted, words = asked[step.state]
        proposal = proposed.get(pair)
        if step.state == LOCKED and proposal is None:
            continue
        if desk.may(user, wanted, pair[0]) and not desk.own(user, wanted, step, proposal):
            found[pair] = (words, proposal.note if proposal else step.note)
    return found


def _changed(user: User, last: dict[Pair, PublicationStep], at: datetime) -> dict[Pair, int]:
    """How many figures of a locked region itself are counted otherwise today, where any are."""
    locked = {pair for pair, step in last.items() if step.state == LOCKED}
    found: dict[Pair, int] = {}
    for scope in _scopes(user):
        for level in (PROVINCE, REGENCY) if len(scope) < desk.REGENCY_LENGTH else (REGENCY,):
            for some in _looked_at(locked, at):
                for figure in figures.figures_over(scope, level, some, at=at):
                    pair = (figure.place.code, figure.period.key)
                    if figure.recount and pair in locked:
                        found[pair] = found.get(pair, 0) + 1
    return found


def _looked_at(locked: Iterable[Pair], at: datetime) -> list[list[Period]]:
    """The locked periods that are looked at, those of one length together."""
    this = month(month_wib(at))
    keys = {key for _code, key in locked}
    runs = [each.run(LOOKED_AT[each.kind]) for each in (this, this.quarter(), this.year())]
    some = [[each for each in run if each.key in keys] for run in runs]
    return [each for each in some if each]
