"""Decides how a person picks a village without JavaScript: one question per page, or by typing a name.

Addresses: `wilayah` is the place picked so far, `dari` where the question stood (an empty answer repeats it;
an empty `dari` asks for the province), `cari` a typed name of a village or district.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from marketplace.kit.errors import NotFound
from marketplace.regions import queries
from marketplace.regions.models import DISTRICT, LEVELS, PROVINCE, REGENCY, VILLAGE, Region
from marketplace.regions.queries import Place
from marketplace.regions.terms import village_term


@dataclass(frozen=True)
class PickerState:
    """Where the picking stands. `place` is the village, once one is picked, and `label` its full name.

    Until then `question` asks for one of `options` (code, name) below `base`; `value` is selected already and
    `trail` names the places picked so far. `matches` (code, full name) answer the typed `query`.
    """

    place: Place | None = None
    label: str = ""
    question: str = ""
    base: str = ""
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    trail: tuple[tuple[str, str], ...] = ()
    query: str = ""
    matches: tuple[tuple[str, str], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether a village is picked."""
        return self.place is not None

    @property
    def chosen(self) -> list[str]:
        """The names picked so far, the widest first."""
        return [name for _code, name in self.trail]


def pick(args: Mapping[str, str]) -> PickerState:
    """The state of the picker for the arguments of a page. Starts in Lampung; a wrong code starts again."""
    query = " ".join(args.get("cari", "").split())[:80]
    code = args.get("wilayah") or args.get("dari", queries.LAMPUNG)
    if query and not args.get("wilayah"):
        return _searched(query, code)
    return _stepped(code)


def _searched(query: str, code: str) -> PickerState:
    """Beside the matches the question stays, for a person who did not find the name."""
    found = [place.code for place in queries.find(query)]
    full = queries.full_labels(found)
    return replace(_stepped(code), query=query, matches=tuple((match, full[match]) for match in found))


def _stepped(code: str) -> PickerState:
    if not code:
        return _asking(None, [])
    try:
        way = queries.way(code)
    except NotFound:
        return _stepped(queries.LAMPUNG) if code != queries.LAMPUNG else _asking(None, [])
    if way[-1].level == VILLAGE:
        return PickerState(place=way[-1], label=queries.label(way[-1]), value=code, trail=_pairs(way))
    return _asking(code, way)


def _asking(code: str | None, way: list[Place]) -> PickerState:
    return PickerState(
        question=_question(code),
        base=code or "",
        value="" if code else queries.LAMPUNG,
        options=_pairs(queries.children(code)),
        trail=_pairs(way),
    )


def _question(code: str | None) -> str:
    words = {PROVINCE: _("Provinsi"), REGENCY: _("Kabupaten/kota"), DISTRICT: _("Kecamatan")}
    level = LEVELS[len(code.split("."))] if code else PROVINCE
    return words.get(level) or village_term(code or "").capitalize()


def _pairs(places: Sequence[Region | Place]) -> tuple[tuple[str, str], ...]:
    return tuple((place.code, place.name) for place in places)
