"""Decides who may enter inputs of a village: its operators, officers from kecamatan up, administrators."""

from marketplace.accounts.guards import region_scopes, within
from marketplace.accounts.models import ADMIN, OFFICER, OPERATOR, User
from marketplace.indicators import access
from marketplace.kit.errors import NotFound
from marketplace.regions.models import VILLAGE, Region

VILLAGE_CODE = 13


def scopes(user: User) -> list[str]:
    """The regions in which a person enters inputs; an empty code is everywhere.

    An officer of a single village reads only: what a village says of itself is its operator's word.
    """
    above = [scope for scope in region_scopes(user, OFFICER) if len(scope) < VILLAGE_CODE]
    return [*region_scopes(user, OPERATOR, ADMIN), *above]


def may_enter(user: User, code: str) -> bool:
    """Whether a person enters inputs of the village, or somewhere in the region, of this code."""
    return any(within(code, scope) for scope in scopes(user))


def writable_village(user: User, code: str) -> Region:
    """A village whose inputs the person enters.

    Raises:
        NotFound: unknown, no village, or not theirs to write.
    """
    place = readable_village(user, code)
    if not may_enter(user, code):
        raise NotFound
    return place


def readable_village(user: User, code: str) -> Region:
    """A village inside the person's regions.

    Raises:
        NotFound: unknown, no village, or somebody else's.
    """
    place = access.place(user, code)
    if place.level != VILLAGE:
        raise NotFound
    return place
