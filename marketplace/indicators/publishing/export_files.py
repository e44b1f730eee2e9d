"""Decides what a file of figures for officers holds: figures and their dictionary, as CSV, XLSX or JSON."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from flask import Response
from xlsxwriter.worksheet import Worksheet

from marketplace.indicators import dictionary, exports
from marketplace.indicators.figures import Figure
from marketplace.indicators.publishing.public import item
from marketplace.kit.csv_files import Cell, csv_response, safe
from marketplace.kit.workbook_files import workbook_response

FORMATS = ("csv", "xlsx", "json")


def file_of(name: str, figures: Sequence[Figure], form: str) -> Response:
    """The figures to save as `<name>.<form>`. XLSX and JSON bring the dictionary along."""
    if form == "xlsx":
        return workbook_response(name, workbook(figures))
    if form == "json":
        told = {"items": [item(figure, False) for figure in figures], "dictionary": dictionary.as_json()}
        answer = Response(json.dumps(told, ensure_ascii=False), content_type="application/json")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return answer
    return csv_response(name, exports.FIGURE_HEAD, exports.figure_rows(figures))


def workbook(figures: Sequence[Figure]) -> bytes:
    """Two sheets, `Angka` and `Kamus`. Rows are put down as they come; text never runs as a formula."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False})
    _fill(book.add_worksheet("Angka"), exports.FIGURE_HEAD, exports.figure_rows(figures))
    _fill(book.add_worksheet("Kamus"), dictionary.HEAD, dictionary.as_rows())
    book.close()
    return out.getvalue()


def _fill(sheet: Worksheet, head: Sequence[str], rows: Iterable[Iterable[Cell]]) -> None:
    sheet.set_column(0, len(head) - 1, 16)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate([head, *rows]):
        for column, cell in enumerate(row):
            if isinstance(cell, int | Decimal):
                sheet.write_number(line, column, float(cell) if isinstance(cell, Decimal) else cell)
            elif cell:
                sheet.write_string(line, column, str(safe(cell)))
