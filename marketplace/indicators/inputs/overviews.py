"""Decides what the pages of inputs show: how much is known of a region and of a village, and its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators.inputs import kinds, queries, wording
from marketplace.indicators.inputs.kinds import Kind
from marketplace.indicators.inputs.models import DatedInput, InputFile
from marketplace.indicators.inputs.queries import Known, inside
from marketplace.kit.csv_files import Cell
from marketplace.regions.models import VILLAGE, Region


@dataclass(frozen=True)
class Coverage:
    """Of how many villages of a region one kind is known; `newest`: when the latest value begins."""

    kind: Kind
    known: int
    villages: int
    newest: date | None


@dataclass(frozen=True)
class VillageLine:
    """A village and what is known of it (None: nothing)."""

    place: Region
    known: Known | None
    words: str


@dataclass(frozen=True)
class Entered:
    """One row of a village, in force or not, with who entered it and the file it came from."""

    row: DatedInput
    words: str
    by: str
    file: str
    stands: bool


def coverage(region: Region, on: date) -> list[Coverage]:
    """Every kind with the number of villages it is known of; two queries, whatever the region."""
    villages = _count_villages(region)
    rows = (
        select(
            DatedInput.kind,
            func.count(DatedInput.village_code.distinct()).label("known"),
            func.max(DatedInput.as_of).label("newest"),
        )
        .where(DatedInput.as_of <= on, inside(DatedInput.village_code, region.code), queries.in_force())
        .group_by(DatedInput.kind)
    )
    found = {row.kind: row for row in db.session.execute(rows)}
    return [
        Coverage(kind, found[key].known, villages, found[key].newest)
        if key in found
        else Coverage(kind, 0, villages, None)
        for key, kind in kinds.KINDS.items()
    ]


def villages(kind: Kind, region: Region, on: date, *, missing_only: bool = False) -> list[VillageLine]:
    """The villages of a region by code, with what is known of each."""
    found = queries.known_in(kind.key, on, region.code)
    lines = []
    for place in _villages(region):
        known = found.get(place.code)
        if known is None or not missing_only:
            lines.append(VillageLine(place, known, wording.said(kind.key, known) if known else ""))
    return lines


def of_village(code: str, on: date) -> list[tuple[Kind, Known | None, str]]:
    """Every kind with what is known of one village, in words."""
    lines = []
    for key, kind in kinds.KINDS.items():
        known = queries.known(key, on, [code]).get(code)
        lines.append((kind, known, wording.said(key, known) if known else ""))
    return lines


def history(kind: Kind, code: str) -> list[Entered]:
    """Every row of one kind that was ever entered for a village, the newest first."""
    later = aliased(DatedInput)
    rows = (
        select(DatedInput, User.name, InputFile.name.label("file"), later.id)
        .outerjoin(User, User.id == DatedInput.by_id)
        .outerjoin(InputFile, InputFile.id == DatedInput.file_id)
        .outerjoin(later, later.replaces_id == DatedInput.id)
        .where(DatedInput.kind == kind.key, DatedInput.village_code == code)
        .order_by(DatedInput.id.desc())
    )
    return [
        Entered(row, wording.row_said(row), by or "", file or "", bool(not later_id and _says(row)))
        for row, by, file, later_id in db.session.execute(rows)
    ]


def template_rows(kind: Kind, region: Region) -> Iterator[tuple[Cell, ...]]:
    """A file to fill in: every village of the region with what stands, an empty row without."""
    asked = (
        select(DatedInput)
        .where(DatedInput.kind == kind.key, inside(DatedInput.village_code, region.code))
        .where(queries.in_force())
        .order_by(DatedInput.as_of, DatedInput.id)
    )
    rows: dict[str, list[DatedInput]] = {}
    for row in db.session.scalars(asked):
        rows.setdefault(row.village_code, []).append(row)
    for place in _villages(region):
        for row in rows.get(place.code, ()):
            yield (place.code, place.name, *wording.cells(row), row.source)
        if place.code not in rows:
            yield (place.code, place.name, *("" for _column in kind.columns), "")


def template_head(kind: Kind) -> tuple[str, ...]:
    """The heads of that file."""
    return (kinds.CODE, "desa", *kind.columns, kinds.SOURCE)


def _villages(region: Region) -> Sequence[Region]:
    asked = select(Region).where(Region.level == VILLAGE, inside(Region.code, region.code))
    return db.session.scalars(asked.order_by(Region.code)).all()


def _count_villages(region: Region) -> int:
    asked = select(func.count(Region.code)).where(Region.level == VILLAGE, inside(Region.code, region.code))
    return db.session.scalar(asked) or 0


def _says(row: DatedInput) -> bool:
    return row.number is not None or row.word != ""
