"""Decides what a table looks like as CSV: UTF-8 with a mark, streamed, no cell that runs as a formula."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from io import StringIO

from flask import Response, stream_with_context

from marketplace.indicators import wording
from marketplace.indicators.figures import Figure
from marketplace.indicators.lines import ActiveShop, SoldLine
from marketplace.kit.clock import WIB

Cell = str | int | Decimal | None

BYTE_ORDER_MARK = "\ufeff"  # Without it, spreadsheets read UTF-8 as something else.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
BATCH = 500

FIGURE_HEAD = (
    *("kode_wilayah", "nama_wilayah", "tingkat", "periode", "indikator", "nilai", "satuan"),
    *("pembilang", "penyebut", "versi_rumus", "data_sampai", "keterangan"),
)
LINE_HEAD = (
    *("baris", "tanggal", "periode", "usaha", "produk", "kategori", "jumlah", "satuan", "nilai_bersih"),
    *("pembayaran", "nontunai", "pengiriman", "tujuan_kabupaten", "pembeli"),
)
SHOP_HEAD = ("usaha", "baris", "nilai_bersih", "dihitung")


def csv_response(name: str, head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Response:
    """A file to save as `<name>.csv`. Rows are written as they are read."""
    response = Response(stream_with_context(_written(head, rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def figure_rows(figures: Iterable[Figure]) -> Iterator[tuple[Cell, ...]]:
    """One row per figure; an empty value has its reason in the last column."""
    level, moment = cache(wording.level), cache(_moment)
    for figure in figures:
        yield (
            *(figure.place.code, figure.place.name, level(figure.place.level), figure.period.key),
            *(figure.code, figure.value, figure.indicator.unit, figure.numerator, figure.denominator),
            *(figure.indicator.version, moment(figure.cutoff), wording.reason(figure)),
        )


def line_rows(lines: Iterable[SoldLine]) -> Iterator[tuple[Cell, ...]]:
    """One row per line under a figure."""
    # Translating a name for each of a hundred thousand rows would take longer than reading them.
    payment, delivery = cache(wording.payment), cache(wording.delivery)
    for line in lines:
        yield (
            *(line.code, line.day.isoformat(), line.period, line.shop, line.product, line.category),
            *(line.quantity, line.unit, line.net, payment(line.payment), _yes(line.cashless)),
            *(delivery(line.delivery), line.destination, line.buyer),
        )


def shop_rows(shops: Iterable[ActiveShop]) -> Iterator[tuple[Cell, ...]]:
    """One row per shop under SE-04."""
    for shop in shops:
        yield shop.code, shop.lines, shop.net, _yes(shop.counted)


def safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


def _written(head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
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


def _moment(at: datetime) -> str:
    return at.astimezone(WIB).isoformat(timespec="minutes")


def _yes(answer: bool) -> str:
    return "ya" if answer else "tidak"
