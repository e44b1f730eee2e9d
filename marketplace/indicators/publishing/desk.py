"""Decides who takes which step with published figures: the regency hands in, the province makes final."""

from marketplace.accounts.guards import region_scopes, within
from marketplace.accounts.models import ADMIN, OFFICER, User
from marketplace.indicators import access
from marketplace.indicators.publishing.models import PublicationStep, RevisionProposal
from marketplace.indicators.publishing.states import (
    APPROVED,
    LOCKED,
    PROVISIONAL,
    RETURNED,
    SUBMITTED,
)
from marketplace.kit.errors import NotFound
from marketplace.regions.models import PROVINCE, REGENCY, Region
from marketplace.regions.queries import region

PROVINCE_LENGTH, REGENCY_LENGTH = 2, 5
SUBMIT, APPROVE, RETURN, LOCK = "ajukan", "setujui", "kembalikan", "kunci"
PROPOSE, REVISE, DECLINE = "usulkan", "revisi", "tolak"
OFFERED = {
    PROVISIONAL: (SUBMIT,),
    RETURNED: (SUBMIT,),
    SUBMITTED: (APPROVE, RETURN),
    APPROVED: (LOCK, RETURN),
    LOCKED: (PROPOSE, REVISE, DECLINE),
}
BY_REGENCY = (SUBMIT, PROPOSE)


def publication_place(user: User, code: str) -> Region:
    """A regency or province inside the person's regions.

    Raises:
        NotFound: unknown, of another level, or somebody else's.
    """
    place = access.place(user, code)
    if place.level not in (REGENCY, PROVINCE):
        raise NotFound
    return place


def may(user: User, step: str, code: str) -> bool:
    """Whether a person takes this step with this region: only officers and administrators do."""
    longest = REGENCY_LENGTH if step in BY_REGENCY else PROVINCE_LENGTH
    officer = [scope for scope in region_scopes(user, OFFICER) if len(scope) <= longest]
    return any(within(code, scope) for scope in [*officer, *region_scopes(user, ADMIN)])


def offered(
    user: User, code: str, last: PublicationStep | None, proposal: RevisionProposal | None
) -> list[str]:
    """The steps that a person can take now: of what the person handed in or proposed, another one decides."""
    steps = allowed(user, last.state if last else PROVISIONAL, code)
    if proposal is None:
        steps = [step for step in steps if step not in (REVISE, DECLINE)]
    return [step for step in steps if not own(user, step, last, proposal)]


def allowed(user: User, state: str, code: str) -> list[str]:
    """The steps that follow a state and that a person's roles take, whoever has taken those before."""
    return [step for step in OFFERED[state] if may(user, step, code)]


def own(user: User, step: str, last: PublicationStep | None, proposal: RevisionProposal | None) -> bool:
    """Whether the person would decide of an own step."""
    before = {APPROVE: last, REVISE: proposal}.get(step)
    return before is not None and before.by == user.id


def listed_regions(user: User) -> list[Region]:
    """The provinces and regencies that a person's list begins with, widest first.

    Who works below a regency reads the state of the regency around it, and no more of it than that.
    """
    codes = dict.fromkeys(scope[:REGENCY_LENGTH] for scope in access.scopes(user))
    return [region(code) for code in codes]
