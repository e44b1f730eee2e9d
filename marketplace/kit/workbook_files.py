"""Decides what a table looks like as a new XLSX file: numbers as numbers, no text that runs as a formula."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter
from flask import Response

from marketplace.kit.csv_files import Cell, safe

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 16


def workbook(
    title: str, head: Sequence[str], rows: Iterable[Iterable[Cell]], *, widths: Sequence[int] = ()
) -> bytes:
    """One sheet called `title` with a bold first row that stays; `widths` of columns in letters."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True})
    for column, word in enumerate(head):
        sheet.set_column(column, column, widths[column] if column < len(widths) else WIDTH)
        sheet.write_string(0, column, word, bold)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, column, cell)
            elif cell:
                sheet.write_string(line, column, str(safe(cell)))
    book.close()
    return out.getvalue()


def workbook_response(name: str, body: bytes) -> Response:
    """A file to save as `<name>.xlsx`."""
    response = Response(body, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
