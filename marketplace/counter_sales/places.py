"""Decides at which village's counter a person stands: that of `desa`, or the first one in their care."""

from flask import request

from marketplace.accounts.guards import person, region_scopes, within
from marketplace.accounts.models import OPERATOR
from marketplace.kit.errors import NotFound
from marketplace.regions.models import VILLAGE, Region
from marketplace.regions.queries import region


def village_asked() -> Region:
    """The village whose counter the signed-in operator serves now. Only operators sell.

    Raises:
        NotFound: none, or one that is not in this person's care.
    """
    scopes = sorted(region_scopes(person(), OPERATOR))
    villages = [scope for scope in scopes if scope.count(".") == 3]
    code = request.values.get("desa") or (villages or [""])[0]
    if not code or not any(within(code, scope) for scope in scopes):
        raise NotFound
    found = region(code)
    if found.level != VILLAGE:
        raise NotFound
    return found
