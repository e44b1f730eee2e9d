"""Decides how a file of IDM scores (code, year, idm, …, status) becomes statuses: all rows or none.

For the command; the file is public data that the product does not carry. Its class must be the one that the
score is by the published thresholds.
"""

from datetime import datetime

from flask_babel import gettext as _

from marketplace.indicators.inputs import checking, kinds
from marketplace.indicators.inputs.idm import IDM
from marketplace.indicators.inputs.models import InputFile
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import Invalid
from marketplace.kit.sheet_cells import head_word
from marketplace.kit.sheets import read_sheet

HEADS = ("code", "year", "idm", "status")
SHOWN = 20
_EVERYWHERE = ("",)


def load(body: bytes, name: str, *, at: datetime) -> InputFile:
    """Keep the statuses of a file, in a transaction; the same file again changes nothing.

    Raises:
        Invalid: not such a file, or a row cannot be used: the words name the first of them.
    """
    kind, sheet = kinds.KINDS[kinds.STATUS], read_sheet(body)
    words = [head_word(cell) for cell in sheet.head]
    if not set(HEADS) <= set(words):
        raise Invalid(_("Berkas status harus punya kolom %(names)s.", names=", ".join(HEADS)))
    lines = []
    for number, cells in sheet.rows:
        said = dict(zip(words, cells, strict=False))
        year = said.get("year", "")
        lines.append(
            {
                checking.ROW: str(number),
                kinds.CODE: said.get("code", ""),
                "indeks": IDM,
                "tahun": year,
                "skor": said.get("idm", ""),
                "status": said.get("status", ""),
                kinds.SOURCE: f"Kemendes, Data Indeks Desa Membangun {year} (berkas {name[:80]})",
            }
        )
    found = checking.judge(kind, lines, scopes=_EVERYWHERE, today=day_wib(at))
    if found.problems:
        told = [
            _("baris %(row)s, kolom %(column)s: %(words)s", row=bad.row, column=bad.column, words=bad.words)
            for bad in found.problems[:SHOWN]
        ]
        words = _("%(count)s baris tidak bisa dipakai.", count=len(found.problems))
        raise Invalid(f"{words} {'; '.join(told)}")
    row = checking.keep(kind, found, name=name, body=body, by=None, at=at)
    checking.take(row, scopes=_EVERYWHERE, by=None, at=at)
    return row
