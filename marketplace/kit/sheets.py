"""Decides how a file becomes rows of text: what it is by its first bytes, in which writing, parted by what.

Whatever is sent gets rows or a refusal in words; nothing that it says about itself is believed.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from flask_babel import gettext as _

from marketplace.kit import workbooks
from marketplace.kit.errors import Invalid
from marketplace.kit.texts import noted

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 100
_MARKS = {
    b"%PDF": "PDF",
    b"\x89PNG": noted("gambar"),
    b"\xff\xd8\xff": noted("gambar"),
    b"GIF8": noted("gambar"),
    b"RIFF": noted("gambar"),
    b"Rar!": "RAR",
    b"\x1f\x8b": "GZIP",
    b"<": noted("halaman web"),
}
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PARTED_BY = ";,\t"
_QUOTED = re.compile(r'"[^"]*"')
_SAID = re.compile(r"sep=(.)\r?\n")


@dataclass(frozen=True)
class Sheet:
    """A table of text: its first row, and the others with their row numbers as a spreadsheet shows them."""

    head: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(body: bytes) -> Sheet:
    """Read a CSV file or the first sheet of an XLSX file. Empty rows are left out.

    Raises:
        Invalid: it is neither, cannot be read, or is too large; field `berkas`.
    """
    if len(body) > MOST_BYTES:
        raise Invalid("Berkas paling besar 8 MB.", "berkas")
    if body.startswith(b"PK"):
        return _sheet(workbooks.read(body, most_columns=MOST_COLUMNS))
    if body.startswith(_OLD_EXCEL):
        words = noted(
            "Berkas Excel lama atau bersandi belum bisa dibaca. Simpan sebagai XLSX tanpa sandi, atau CSV."
        )
        raise Invalid(words, "berkas")
    for mark, what in _MARKS.items():
        if body.lstrip().startswith(mark):
            raise Invalid(
                _("Ini berkas %(what)s, bukan daftar. Kirim CSV atau XLSX.", what=_(what)), "berkas"
            )
    return _sheet(enumerate(_csv_rows(_text(body)), 1))


def _sheet(numbered: Iterable[tuple[int, Sequence[str]]]) -> Sheet:
    head: list[str] | None = None
    rows: list[tuple[int, list[str]]] = []
    for number, cells in numbered:
        filled = [cell.strip() for cell in cells]
        if len(filled) > MOST_COLUMNS and any(filled[MOST_COLUMNS:]):
            raise Invalid(_("Paling banyak %(most)s kolom.", most=MOST_COLUMNS), "berkas")
        if not any(filled):
            continue
        if head is None:
            head = filled[: _width(filled)]
            continue
        rows.append((number, filled[: len(head)]))
        if len(rows) > MOST_ROWS:
            raise Invalid("Paling banyak 5.000 baris dalam satu berkas. Bagi menjadi beberapa.", "berkas")
    if head is None or not rows:
        words = noted("Berkas ini tidak berisi apa-apa. Baris pertama judul kolom, sesudahnya isinya.")
        raise Invalid(words, "berkas")
    return Sheet(head, rows)


def _width(cells: Sequence[str]) -> int:
    """Up to the last cell that says something."""
    return max(place for place, cell in enumerate(cells, 1) if cell)


def _text(body: bytes) -> str:
    """What the bytes say. Spreadsheets write UTF-8, UTF-16 and, where they are old, Windows-1252."""
    codecs = ["utf-8-sig", "cp1252"]
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        codecs = ["utf-16"]
    elif body[1:2] == b"\0" or body[:1] == b"\0":
        codecs = ["utf-16-le" if body[1:2] == b"\0" else "utf-16-be"]
    for codec in codecs:
        try:
            return body.decode(codec)
        except UnicodeError:
            continue
    raise Invalid("Tulisan di berkas ini tidak terbaca. Simpan lagi sebagai CSV UTF-8 atau XLSX.", "berkas")


def _csv_rows(text: str) -> Iterable[list[str]]:
    said = _SAID.match(text)
    if said:
        yield []
        text = text[said.end() :]
    first = _QUOTED.sub("", text[:20_000].lstrip().partition("\n")[0])
    mark = said[1] if said else max(_PARTED_BY, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark)
    try:
        yield from reader
    except csv.Error as error:
        raise Invalid(
            _("Baris %(number)s tidak terbaca: tanda kutip atau selnya rusak.", number=reader.line_num),
            "berkas",
        ) from error
