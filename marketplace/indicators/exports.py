"""Decides which columns the figures have in a CSV file."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache

from marketplace.indicators import wording
from marketplace.indicators.figures import Figure
from marketplace.kit.clock import WIB
from marketplace.kit.csv_files import Cell

FIGURE_HEAD = (
    *("kode_wilayah", "nama_wilayah", "tingkat", "periode", "indikator", "nilai", "satuan"),
    *("pembilang", "penyebut", "versi_rumus", "data_sampai", "keterangan"),
    *("revisi", "revisi_pembanding", "hitungan_kini"),
)


def figure_rows(figures: Iterable[Figure]) -> Iterator[tuple[Cell, ...]]:
    """One row per figure; an empty value has its reason in `keterangan`.

    `revisi` is 0 where nothing is locked; `hitungan_kini` is what is counted today where that is not what was
    locked.
    """
    level, moment = cache(wording.level), cache(_moment)
    for figure in figures:
        yield (
            *(figure.place.code, figure.place.name, level(figure.place.level), figure.period.key),
            *(figure.code, figure.value, figure.indicator.unit, figure.numerator, figure.denominator),
            *(figure.indicator.version, moment(figure.cutoff), wording.reason(figure)),
            *(figure.revision, figure.base_revision or None),
            (figure.recount.value if figure.recount else None),
        )


def _moment(at: datetime) -> str:
    return at.astimezone(WIB).isoformat(timespec="minutes")
