"""Decides how a file of acts or baselines is read: every row is judged, nothing is kept yet."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from marketplace.indicators.uplift.said import WORD_OF, Draft
from marketplace.kit.csv_files import csv_text
from marketplace.kit.errors import Invalid
from marketplace.kit.sheets import read_sheet

ACT_COLUMNS = ("kode", "tindakan", "tanggal", "rupiah", "sumber")
BASELINE_COLUMNS = ("kode", "tanggal", "rupiah", "sumber")
Reader = Callable[..., Draft]


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be kept: its number as a spreadsheet shows it, the column, the words."""

    row: int
    column: str
    words: str


@dataclass(frozen=True)
class Looked:
    """What a file would do: the drafts in it, and what is wrong with the other rows."""

    drafts: list[Draft]
    problems: list[Problem]


def look(
    body: bytes, columns: tuple[str, ...], reader: Reader, villages: Mapping[str, str], *, today: date
) -> Looked:
    """Read a CSV or XLSX file; `villages` are those that the person may write about, by code.

    Raises:
        Invalid: no table can be read from it, or a column is missing (field `berkas`).
    """
    sheet = read_sheet(body)
    head = [name.strip().casefold().replace(" ", "_") for name in sheet.head]
    missing = [name for name in columns if name not in head and name != "rupiah"]
    if missing:
        raise Invalid(
            _("Kolom ini tidak ada di baris pertama: %(names)s.", names=", ".join(missing)), "berkas"
        )
    looked = Looked([], [])
    for number, cells in sheet.rows:
        said = dict(zip(head, cells, strict=False))
        try:
            if said.get("kode", "") not in villages:
                raise Invalid("Kode desa ini tidak ada di wilayah Anda.", "kode")
            looked.drafts.append(reader(said, today=today))
        except Invalid as refusal:
            looked.problems.append(Problem(number, refusal.field or "", refusal.message))
    return looked


def written(drafts: Iterable[Draft], columns: tuple[str, ...]) -> str:
    """Drafts as a file that reads back to the same: it travels with the form that confirms them."""
    return csv_text(columns, ([_cell(draft, name) for name in columns] for draft in drafts))


def _cell(draft: Draft, column: str) -> str:
    return {
        "kode": draft.village_code,
        "tindakan": WORD_OF.get(draft.kind, ""),
        "tanggal": draft.day.isoformat(),
        "rupiah": "" if draft.rupiah is None else str(draft.rupiah),
        "sumber": draft.source,
    }[column]
