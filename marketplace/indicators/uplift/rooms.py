"""Decides the two kinds of notes about a village that officers keep here: acts, and baselines."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from marketplace.accounts.guards import region_scopes, within
from marketplace.accounts.models import ADMIN, OFFICER, User
from marketplace.indicators.uplift import said
from marketplace.indicators.uplift.files import ACT_COLUMNS, BASELINE_COLUMNS
from marketplace.indicators.uplift.forms import ActForm, BaselineForm
from marketplace.indicators.uplift.models import Baseline, ProgrammeAct
from marketplace.indicators.uplift.recording import Table
from marketplace.indicators.uplift.said import Draft
from marketplace.kit.errors import NotFound
from marketplace.regions import queries as regions
from marketplace.regions.models import Region


@dataclass(frozen=True)
class Room:
    """One kind of notes: place in addresses, words, table, form, columns of a file, their reader."""

    slug: str
    title: str
    about: str
    amount: str
    table: Table
    form: type[ActForm] | type[BaselineForm]
    columns: tuple[str, ...]
    read: Callable[..., Draft]
    example: tuple[str, ...]


ROOMS = {
    room.slug: room
    for room in (
        Room(
            "tindakan",
            _l("Tindakan program"),
            _l(
                "Hibah, pembukaan gerai, dan pelatihan, dengan tanggal dan sumber. Dari sini dampak dihitung."
            ),
            _l("Rupiah hibah"),
            ProgrammeAct,
            ActForm,
            ACT_COLUMNS,
            said.act,
            ("18.09.10.2004", "hibah", "2026-03-10", "30000000", "SK Gubernur 12/2026"),
        ),
        Room(
            "data-awal",
            _l("Keadaan awal"),
            _l("Omzet desa per bulan menurut survei sebelum program, dengan hari survei dan sumbernya."),
            _l("Omzet per bulan"),
            Baseline,
            BaselineForm,
            BASELINE_COLUMNS,
            said.baseline,
            ("18.09.10.2004", "2026-01-20", "12500000", "Survei Bappeda 2026"),
        ),
    )
}


def room(slug: str) -> Room:
    """The kind of notes of an address.

    Raises:
        NotFound: there is none.
    """
    if slug not in ROOMS:
        raise NotFound
    return ROOMS[slug]


def may_write(user: User, code: str) -> bool:
    """Whether this person keeps notes about a region: an officer of it, or of one around it."""
    return any(within(code, scope) for scope in region_scopes(user, OFFICER, ADMIN))


def village(user: User, code: str) -> Region:
    """A village that this person may write about.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    if not regions.is_village(code) or not may_write(user, code):
        raise NotFound("Kode desa ini tidak ada di wilayah Anda.")
    return regions.region(code)
