"""Decides what a page of the programme is as a file: its rows as CSV, XLSX or JSON, the dictionary along.

One mechanism for every page: `?format=csv`, `xlsx` or `json` at its own address, behind its own guard.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from flask import Response, request, stream_with_context
from xlsxwriter.worksheet import Worksheet

from marketplace.indicators import dictionary, exports
from marketplace.indicators.figures import Figure
from marketplace.indicators.publishing.json_lists import listed
from marketplace.indicators.publishing.public import item
from marketplace.kit.csv_files import Cell, csv_response, safe
from marketplace.kit.workbook_files import workbook_response

FORMATS = ("csv", "xlsx", "json")
FILE = "desamart"


def as_file() -> bool:
    """Whether the page is asked for as a file."""
    return request.args.get("format") in FORMATS


def figures_file(name: str, figures: Iterable[Figure]) -> Response:
    """Figures as a file `desamart-<name>` in the format that is asked for, unsuppressed."""
    if request.args.get("format") == "json":
        return _json(name, (item(figure, False) for figure in figures))
    return table_file(name, exports.FIGURE_HEAD, exports.figure_rows(figures))


def table_file(name: str, head: Sequence[str], rows: Iterable[Iterable[Cell]]) -> Response:
    """Any rows as such a file. CSV and JSON are written while they are read."""
    form = request.args.get("format")
    if form == "xlsx":
        return workbook_response(f"{FILE}-{name}", workbook(head, rows))
    if form == "json":
        return _json(name, (dict(zip(head, map(_plain, row), strict=True)) for row in rows))
    return csv_response(f"{FILE}-{name}", head, rows)


def workbook(head: Sequence[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """Two sheets, `Angka` and `Kamus`. Rows are put down as they come; text never runs as a formula."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False})
    _fill(book.add_worksheet("Angka"), head, rows)
    _fill(book.add_worksheet("Kamus"), dictionary.HEAD, dictionary.as_rows())
    book.close()
    return out.getvalue()


def _json(name: str, rows: Iterator[dict[str, Any]]) -> Response:
    told = listed(rows, dictionary=dictionary.as_json())
    answer = Response(stream_with_context(told), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE}-{name}.json"'
    return answer


def _plain(cell: Cell) -> str | int | float | None:
    if isinstance(cell, Decimal):
        return float(cell)
    return cell if cell is None or isinstance(cell, int) else str(cell)


def _fill(sheet: Worksheet, head: Sequence[str], rows: Iterable[Iterable[Cell]]) -> None:
    sheet.set_column(0, len(head) - 1, 16)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate([head, *rows]):
        for column, cell in enumerate(row):
            if isinstance(cell, int | Decimal):
                sheet.write_number(line, column, float(cell) if isinstance(cell, Decimal) else cell)
            elif cell:
                sheet.write_string(line, column, str(safe(cell)))
