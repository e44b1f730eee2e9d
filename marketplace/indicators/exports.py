"""Decides which columns the figures and the lines under them have in a CSV file."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache

from marketplace.indicators import wording
from marketplace.indicators.figures import Figure
from marketplace.indicators.lines import ActiveShop, SoldLine
from marketplace.kit.clock import WIB
from marketplace.kit.csv_files import Cell

FIGURE_HEAD = (
    *("kode_wilayah", "nama_wilayah", "tingkat", "periode", "indikator", "nilai", "satuan"),
    *("pembilang", "penyebut", "versi_rumus", "data_sampai", "keterangan"),
)
LINE_HEAD = (
    *("baris", "tanggal", "periode", "usaha", "produk", "kategori", "jumlah", "satuan", "nilai_bersih"),
    *("pembayaran", "nontunai", "pengiriman", "tujuan_kabupaten", "pembeli", "pengembalian_dari"),
)
SHOP_HEAD = ("usaha", "baris", "nilai_bersih", "dihitung")


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
            *(delivery(line.delivery), line.destination, line.buyer, line.refund_of),
        )


def shop_rows(shops: Iterable[ActiveShop]) -> Iterator[tuple[Cell, ...]]:
    """One row per shop under SE-04."""
    for shop in shops:
        yield shop.code, shop.lines, shop.net, _yes(shop.counted)


def _moment(at: datetime) -> str:
    return at.astimezone(WIB).isoformat(timespec="minutes")


def _yes(answer: bool) -> str:
    return "ya" if answer else "tidak"
