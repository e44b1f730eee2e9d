"""Decides which shops of a region an officer lists, and by what: the text of KPB or poktan above all.

Names of verified shops are public; no telephones, no people; of woman-led, whether it was answered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select

from marketplace.extensions import db
from marketplace.indicators.inputs.queries import inside
from marketplace.kit.csv_files import Cell
from marketplace.kit.paging import Page
from marketplace.regions.queries import full_labels, labels
from marketplace.sellers.models import KINDS, SECTORS, VERIFIED, Shop

PER_PAGE, LONGEST = 50, 60
ALL, REGISTERED, UNREGISTERED = "semua", "ya", "tidak"
CHOICES = (ALL, REGISTERED, UNREGISTERED)
FILE_HEAD = (
    "kode", "desa", "toko", "jenis", "bidang", "kpb atau poktan", "pekerja", "dipimpin perempuan",
)  # fmt: skip


@dataclass(frozen=True)
class Seller:
    """One shop as officers see it; `answered`: whether it said who leads it."""

    slug: str
    name: str
    village_code: str
    place: str
    kind: str
    sector: str
    registration: str
    workers: int | None
    answered: bool


def page(region: str, registered: str, text: str, number: int) -> Page[Seller]:
    """The verified shops of a region by village and name; `text`: a part of the registration."""
    asked = _asked(region, registered, text)
    total = db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    number = min(number, max(1, -(-total // PER_PAGE)))
    rows = db.session.scalars(asked.offset((number - 1) * PER_PAGE).limit(PER_PAGE)).unique().all()
    return Page(_sellers(rows, labels(row.village_code for row in rows)), number, PER_PAGE, total)


def counts(region: str) -> tuple[int, int]:
    """How many verified shops a region has, and how many of them have told a registration."""
    told = func.count().filter(_registered())
    asked = select(func.count(), told).where(Shop.status == VERIFIED, inside(Shop.village_code, region))
    total, registered = db.session.execute(asked).one()
    return int(total), int(registered)


def file_rows(region: str, registered: str, text: str) -> Iterator[tuple[Cell, ...]]:
    """All of them, for a file."""
    rows = db.session.scalars(_asked(region, registered, text)).unique().all()
    for each in _sellers(rows, full_labels(row.village_code for row in rows)):
        answered = "dijawab" if each.answered else "belum dijawab"
        said = (each.kind, each.sector, each.registration, each.workers, answered)
        yield (each.village_code, each.place, each.name, *said)


def _asked(region: str, registered: str, text: str) -> Select[Shop]:
    asked = select(Shop).where(Shop.status == VERIFIED, inside(Shop.village_code, region))
    if registered != ALL:
        asked = asked.where(_registered() if registered == REGISTERED else ~_registered())
    if text:
        asked = asked.where(func.lower(Shop.registration).contains(text.lower(), autoescape=True))
    return asked.order_by(Shop.village_code, func.lower(Shop.name), Shop.id)


def _registered() -> ColumnElement[bool]:
    return func.coalesce(Shop.registration, "") != ""


def _sellers(rows: Sequence[Shop], places: dict[str, str]) -> list[Seller]:
    return [
        Seller(
            slug=row.slug,
            name=row.name,
            village_code=row.village_code,
            place=places[row.village_code],
            kind=_(KINDS[row.kind]),
            sector=SECTORS.get(row.sector, ""),
            registration=row.registration or "",
            workers=row.workers,
            answered=row.woman_led is not None,
        )
        for row in rows
    ]
