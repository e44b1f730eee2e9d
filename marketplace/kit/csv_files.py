"""Decides what a table looks like as CSV: UTF-8 with a mark, streamed, no cell that runs as a formula."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import StringIO

from flask import Response, stream_with_context

Cell = str | int | Decimal | None

BYTE_ORDER_MARK = "\ufeff"  # Without it, spreadsheets read UTF-8 as something else.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
BATCH = 500


def csv_response(name: str, head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Response:
    """A file to save as `<name>.csv`. Rows are written as they are read."""
    response = Response(stream_with_context(csv_lines(head, rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


def csv_text(head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    """The whole file as one text, for what is small."""
    return "".join(csv_lines(head, rows))


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The file in portions, with its mark at the beginning."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(head)
    for count, row in enumerate(rows, 1):
        writer.writerow([safe(cell) for cell in row])
        if count % BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
