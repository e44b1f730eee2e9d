"""Decides how places are found and named; every answer costs one query, however many places are asked for."""

import re
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, bindparam, case, func, select

from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.rows import ask, table_of
from marketplace.regions.models import DISTRICT, LEVELS, VILLAGE, Region
from marketplace.regions.terms import village_term

LAMPUNG = "18"
# Places are added and renamed, never taken away: what is a village stays one as long as this process runs.
_KEPT = "desamart-villages"
_NAMES_KEPT = "desamart-region-names"
NAMES_LIVE = 60.0
_REGION = table_of(Region)
_NAMES = select(_REGION.c.code, _REGION.c.name).where(_REGION.c.code.in_(bindparam("codes", expanding=True)))
_LEVEL = select(_REGION.c.level).where(_REGION.c.code == bindparam("code"))
_CODE_ENDS = (2, 5, 8, 13)
_CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}){0,2}|[0-9]{2}(\.[0-9]{2}){2}\.[0-9]{4}")


def region(code: str) -> Region:
    """The place with this Kemendagri code.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(Region, code) if _CODE.fullmatch(code) else None
    if found is None:
        raise NotFound("Wilayah dengan kode itu tidak ada.")
    return found


class Place(NamedTuple):
    """A place as pages name it: read without an object, and from memory where its name is known."""

    code: str
    name: str
    level: str
    parent_code: str | None


def place(code: str) -> Place:
    """The place with this Kemendagri code.

    Raises:
        NotFound: there is none.
    """
    return way(code)[-1]


def way(code: str) -> list[Place]:
    """From the province down to the place itself.

    Raises:
        NotFound: there is no such place.
    """
    line = _line(code) if _CODE.fullmatch(code) else []
    known = names(line)
    if code not in known:
        raise NotFound("Wilayah dengan kode itu tidak ada.")
    above = [None, *line]
    return [Place(end, known[end], LEVELS[step], above[step]) for step, end in enumerate(line)]


def is_village(code: str) -> bool:
    """Whether there is a desa or kelurahan with this code."""
    known: set[str] = current_app.extensions.setdefault(_KEPT, set())
    if code in known:
        return True
    found = bool(_CODE.fullmatch(code)) and ask(_LEVEL, code=code).scalar() == VILLAGE
    if found:
        known.add(code)
    return found


def children(code: str | None) -> list[Region]:
    """The places directly below `code`, by name; the provinces for None."""
    rows = db.session.scalars(select(Region).where(Region.parent_code == code))
    return sorted(rows, key=lambda row: (row.name.casefold(), row.code))


def inside_each(codes: Sequence[str]) -> dict[str, list[Region]]:
    """For each code the places directly below it, by name; in the order of the codes. One query."""
    found: dict[str, list[Region]] = {code: [] for code in codes}
    for row in db.session.scalars(select(Region).where(Region.parent_code.in_(found))):
        found[row.parent_code or ""].append(row)
    return {
        code: sorted(rows, key=lambda row: (row.name.casefold(), row.code)) for code, rows in found.items()
    }


def path(code: str) -> list[Region]:
    """From the province down to the place itself.

    Raises:
        NotFound: there is no such place.
    """
    line = _line(code) if _CODE.fullmatch(code) else []
    found = {row.code: row for row in db.session.scalars(select(Region).where(Region.code.in_(line)))}
    if code not in found:
        raise NotFound("Wilayah dengan kode itu tidak ada.")
    return [found[end] for end in line]


def names(codes: Iterable[str]) -> dict[str, str]:
    """Code -> bare name, such as "Hanura" or "Kabupaten Pesawaran"; unknown codes are left out."""
    wanted = set(codes)
    known = _known_names()
    missing = [code for code in wanted if code not in known]
    if missing:
        known.update((row.code, row.name) for row in ask(_NAMES, codes=missing))
    return {code: known[code] for code in wanted if code in known}


def forget_names() -> None:
    """Read names again at the next question: some have just changed."""
    current_app.extensions.pop(_NAMES_KEPT, None)


def _known_names() -> dict[str, str]:
    """Names that this process has read during the last minute. They change by a command alone."""
    began, kept = current_app.extensions.get(_NAMES_KEPT, (0.0, {}))
    if time.monotonic() - began >= NAMES_LIVE:
        began, kept = current_app.extensions[_NAMES_KEPT] = (time.monotonic(), {})
    found: dict[str, str] = kept
    return found


def label(place: Region | Place) -> str:
    """The full name for a person, such as "Desa Hanura, Kec. Teluk Pandan, Kab. Pesawaran"."""
    return full_labels([place.code])[place.code]


def full_labels(codes: Iterable[str]) -> dict[str, str]:
    """Code -> the full name as `label` writes it; unknown codes are left out."""
    wanted = set(codes)
    known = names(end for code in wanted for end in _line(code))
    return {code: _full(code, known) for code in wanted if code in known}


def labels(codes: Iterable[str]) -> dict[str, str]:
    """Code -> the short name, such as "Hanura, Pesawaran" for a village; unknown codes are left out."""
    wanted = set(codes)
    known = names(end for code in wanted for end in (code, code[:5]))
    return {code: _short(code, known) for code in wanted if code in known}


def find(text: str, *, limit: int = 30) -> list[Region]:
    """Villages and districts whose name contains the text, spaces aside ("Cintamulya" is "Cinta Mulya").

    Places of Lampung only, if there are any; exact names first, then beginnings, then the rest. Less than
    three letters find nothing, because they would find everything.
    """
    squeezed = "".join(letter for letter in text.lower() if letter.isprintable() and letter != " ")[:80]
    if len(squeezed) < 3:
        return []
    return _matches(squeezed, limit, Region.code.startswith(f"{LAMPUNG}.")) or _matches(squeezed, limit)


def _matches(squeezed: str, limit: int, *within: ColumnElement[bool]) -> list[Region]:
    name = func.replace(func.lower(Region.name), " ", "")
    closeness = case((name == squeezed, 0), (name.startswith(squeezed, autoescape=True), 1), else_=2)
    rows = db.session.scalars(
        select(Region)
        .where(*within, Region.level.in_((DISTRICT, VILLAGE)), name.contains(squeezed, autoescape=True))
        .order_by(closeness, func.length(Region.code), Region.name, Region.code)
        .limit(limit)
    )
    return list(rows)


def _line(code: str) -> list[str]:
    """The codes from the province down to `code` itself."""
    return [code[:end] for end in _CODE_ENDS if end < len(code)] + [code]


def _full(code: str, known: dict[str, str]) -> str:
    parts = [_titled(end, known[end]) for end in reversed(_line(code)) if len(end) > 2 and end in known]
    return ", ".join(parts) or f"Provinsi {known[code]}"


def _titled(code: str, name: str) -> str:
    if len(code) == 5:
        return name.replace("Kabupaten ", "Kab. ", 1)
    return f"Kec. {name}" if len(code) == 8 else f"{village_term(code).capitalize()} {name}"


def _short(code: str, known: dict[str, str]) -> str:
    regency = known.get(code[:5], "").removeprefix("Kabupaten ").removeprefix("Kota ")
    if len(code) <= 5:
        return regency or known[code]
    return f"{known[code]}, {regency}" if regency else known[code]
