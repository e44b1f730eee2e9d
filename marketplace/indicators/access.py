"""Decides which regions and periods an officer may ask for. Whatever else is asked for is not there."""

from datetime import datetime

from marketplace.accounts.guards import region_scopes, within
from marketplace.accounts.models import ADMIN, OFFICER, OPERATOR, User
from marketplace.indicators.periods import Period, month, period
from marketplace.indicators.registry import INDICATORS, Indicator
from marketplace.kit.clock import month_wib
from marketplace.kit.errors import NotFound
from marketplace.regions import queries as regions
from marketplace.regions.models import LEVELS, Region

PROGRAMME = "18"
LEVEL_NAMES = {"provinsi": LEVELS[0], "kabupaten": LEVELS[1], "kecamatan": LEVELS[2], "desa": LEVELS[3]}


def scopes(user: User) -> list[str]:
    """Codes of the regions whose figures this person reads, widest first; administrators: all of Lampung.

    Raises:
        NotFound: the person reads none.
    """
    codes = {scope or PROGRAMME for scope in region_scopes(user, OFFICER, OPERATOR)}
    if region_scopes(user, ADMIN):
        codes.add(PROGRAMME)
    if not codes:
        raise NotFound
    return sorted(codes, key=lambda code: (len(code), code))


def place(user: User, code: str) -> Region:
    """A region inside the person's scopes.

    Raises:
        NotFound: unknown, or somebody else's.
    """
    if not any(within(code, scope) for scope in scopes(user)):
        raise NotFound
    return regions.region(code)


def path(user: User, code: str) -> list[Region]:
    """From the widest of the person's regions down to this one, for the breadcrumb."""
    mine = scopes(user)
    return [region for region in regions.path(code) if any(within(region.code, scope) for scope in mine)]


def wanted_period(text: str | None, at: datetime) -> Period:
    """The period asked for; the last full month when none is.

    Raises:
        NotFound: it is not written as a month, quarter or year.
    """
    if not text:
        return month(month_wib(at)).back()
    try:
        return period(text)
    except ValueError:
        raise NotFound("Periode itu tidak ada. Contoh yang benar: 2026-10, 2026-Q4, atau 2026.") from None


def wanted_level(text: str | None, region: Region) -> str:
    """The level of a table about `region`: one below it, or any of the lower ones; a village has only itself.

    Raises:
        NotFound: unknown, or not below the region.
    """
    lower = levels_below(region.level)
    level = LEVEL_NAMES.get(text) if text else lower[0]
    if level not in lower:
        raise NotFound
    return level


def levels_below(level: str) -> tuple[str, ...]:
    """The levels under this one; the village's own for a village."""
    return LEVELS[LEVELS.index(level) + 1 :] or LEVELS[-1:]


def wanted_indicator(code: str) -> Indicator:
    """The indicator of a code such as `SE-01`.

    Raises:
        NotFound: there is none.
    """
    if code not in INDICATORS:
        raise NotFound
    return INDICATORS[code]
