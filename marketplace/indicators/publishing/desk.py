"""Decides who takes which step with published figures: the regency hands in, the province makes final."""

from marketplace.accounts.guards import region_scopes, within
from marketplace.accounts.models import ADMIN, OFFICER, User
from marketplace.indicators import access
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
SUBMIT, APPROVE, RETURN, LOCK, REVISE = "ajukan", "setujui", "kembalikan", "kunci", "revisi"
OFFERED = {
    PROVISIONAL: (SUBMIT,),
    RETURNED: (SUBMIT,),
    SUBMITTED: (APPROVE, RETURN),
    APPROVED: (LOCK, RETURN),
    LOCKED: (REVISE,),
}


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
    longest = REGENCY_LENGTH if step == SUBMIT else PROVINCE_LENGTH
    officer = [scope for scope in region_scopes(user, OFFICER) if len(scope) <= longest]
    return any(within(code, scope) for scope in [*officer, *region_scopes(user, ADMIN)])


def offered(user: User, state: str, code: str) -> list[str]:
    """The steps that a person can take now."""
    return [step for step in OFFERED[state] if may(user, step, code)]


def listed_regions(user: User) -> list[Region]:
    """The provinces and regencies that a person's list begins with, widest first.

    Who works below a regency reads the state of the regency around it, and no more of it than that.
    """
    codes = dict.fromkeys(scope[:REGENCY_LENGTH] for scope in access.scopes(user))
    return [region(code) for code in codes]
