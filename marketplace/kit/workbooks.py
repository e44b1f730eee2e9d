"""Decides how an XLSX file is read: the first sheet, as text, after its parts were judged.

An XLSX file is a ZIP of XML. Sizes are judged before it is unpacked and while; the number of tags bounds what
any part can become in memory; entities are refused by defusedxml, which openpyxl uses where it is there.
"""

import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from marketplace.kit.errors import Invalid
from marketplace.kit.texts import noted
from marketplace.kit.zips import BROKEN, open_zip, read_member

MOST_TAGS = 1_000_000
MOST_SHEETS = 20
MOST_ROWS = 1_048_576  # No sheet has more, whatever a row says its number is.
_WHAT = noted("Berkas XLSX")
_RUINED = noted(
    "Berkas XLSX ini rusak atau bukan XLSX. Simpan lagi dari Excel atau LibreOffice, atau kirim CSV."
)
# What openpyxl raises on parts that are not what they should be.
_UNREADABLE = (
    *BROKEN, ParseError, InvalidFileException, TypeError, AttributeError, IndexError, ArithmeticError,
    RecursionError, UnicodeError, AssertionError,
)  # fmt: skip


def read(body: bytes, *, most_columns: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Filled rows of the first sheet with their numbers. A formula is read as its text, never calculated.

    One column more than allowed is read, so that the caller sees what is too much.

    Raises:
        Invalid: it cannot be read, or would become too large; field `berkas`.
    """
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl must read XML through defusedxml")
    _judge(body)
    try:
        with warnings.catch_warnings():
            # Styles and extensions that openpyxl does not know are no matter here.
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(body), read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=most_columns + 1, values_only=True)
            found = [(number, row) for number, row in enumerate(rows, 1) if any(row)]
            book.close()
    except DefusedXmlException as error:
        raise Invalid(_RUINED, "berkas") from error
    except _UNREADABLE as error:
        raise Invalid(_RUINED, "berkas") from error
    return ((number, [_said(cell) for cell in row]) for number, row in found)


def _judge(body: bytes) -> None:
    """Refuse what would become too large, whatever openpyxl makes of it."""
    archive = open_zip(body, field="berkas", what=_WHAT)
    parts = archive.infolist()
    if sum(member.filename.startswith("xl/worksheets/") for member in parts) > MOST_SHEETS:
        raise Invalid("Berkas XLSX ini punya terlalu banyak lembar. Sisakan satu.", "berkas")
    tags = 0
    for member in parts:
        try:
            part = read_member(archive, member)
        except ValueError as error:
            raise Invalid(_RUINED, "berkas") from error
        tags += part.count(b"<")
        if tags > MOST_TAGS:
            words = noted("Isi berkas XLSX ini terlalu banyak. Salin isinya saja ke lembar baru.")
            raise Invalid(words, "berkas")


def _said(cell: object) -> str:
    """The text of a cell; whole numbers without a fraction, others with a comma."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", ",")
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)
