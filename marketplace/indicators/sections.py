"""Decides which sections the programme's back room has: one row per room. Each room adds its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask_babel import lazy_gettext as _

from marketplace.accounts.guards import region_scopes
from marketplace.accounts.models import ADMIN, OFFICER, OPERATOR, User

READERS, OFFICERS = (OFFICER, OPERATOR, ADMIN), (OFFICER, ADMIN)
ASKED = ("indikator", "periode", "tingkat")
READ, WORK, KNOW = _("Membaca"), _("Mengerjakan"), _("Memahami")


@dataclass(frozen=True)
class Section:
    """A row of the table. `{wilayah}` in the address stands for the code of the region in view.

    `keeps` names the choices (of wilayah, periode, indikator, tingkat) that a link to it takes along.
    """

    key: str
    group: str
    name: str
    address: str
    keeps: tuple[str, ...] = ()
    who: tuple[str, ...] = READERS


@dataclass(frozen=True)
class Link:
    """A section as it stands in the menu of a page."""

    label: str
    href: str
    here: bool


SECTIONS = (
    Section("ringkasan", READ, _("Ringkasan"), "/program"),
    Section("wilayah", READ, _("Wilayah"), "/program/wilayah/{wilayah}", ("periode",)),
    Section("peringkat", READ, _("Peringkat"), "/program/peringkat", ("wilayah", *ASKED)),
    Section("peta", READ, _("Peta"), "/program/peta", ("wilayah", *ASKED)),
    Section("banding", READ, _("Banding"), "/program/banding", ("wilayah", "periode", "indikator")),
    Section("indikator", READ, _("Indikator"), "/program/indikator", ("wilayah", "periode")),
    Section("berhenti", READ, _("Yang berhenti"), "/program/berhenti", ("wilayah",)),
    Section("kamus", KNOW, _("Kamus data"), "/program/kamus"),
    Section("lembar-bukti", WORK, _("Lembar bukti"), "/program/lembar-bukti", ("wilayah",)),
    Section("masukan", WORK, _("Masukan data"), "/program/masukan", ("wilayah",)),
    Section("ekspor", WORK, _("Ekspor"), "/program/ekspor", ("wilayah", "periode")),
    Section("terbitan", WORK, _("Terbitan"), "/program/terbitan", ("periode",), OFFICERS),
    Section("uplift", READ, _("Dampak program"), "/program/uplift", ("wilayah",)),
    Section("mutu", WORK, _("Mutu data"), "/program/mutu", ("wilayah",)),
    Section("tindakan", WORK, _("Tindakan program"), "/program/uplift/tindakan", ("wilayah",)),
    Section("metode", KNOW, _("Metode dampak"), "/program/metode"),
)


def menu(user: User, here: str, region: str, chosen: Mapping[str, str]) -> list[tuple[str, list[Link]]]:
    """The sections that this person may enter, by group; `here` is the key of the one in view.

    `region` is the code of the region in view, `chosen` what else the page's address says.
    """
    groups: dict[str, list[Link]] = {str(group): [] for group in (READ, WORK, KNOW)}
    for section in SECTIONS:
        if region_scopes(user, *section.who):
            link = Link(str(section.name), _address(section, region, chosen), section.key == here)
            groups[str(section.group)].append(link)
    return [(group, links) for group, links in groups.items() if links]


def _address(section: Section, region: str, chosen: Mapping[str, str]) -> str:
    place = section.address.format(wilayah=quote(region))
    known = {**chosen, "wilayah": region}
    kept = {name: known[name] for name in section.keeps if known.get(name)}
    return f"{place}?{urlencode(kept)}" if kept else place
