"""Decides what the data dictionary says: one entry per indicator, made from its declaration and nothing else.

The officers' page, its files and the open data all take their entries here, so that none of them can differ.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.indicators.declaring import (
    ADDED,
    CLASS,
    DISTINCT,
    DOWN,
    MEASURE,
    NEUTRAL,
    OUTCOMES,
    OUTLETS,
    RECOUNTED,
    SALES,
    SNAPSHOTS,
    SUM,
    UP,
    Indicator,
)
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.csv_files import Cell
from marketplace.kit.texts import noted

PERIODS = ("bulan", "triwulan", "tahun")
LEVELS = ("desa", "kecamatan", "kabupaten", "provinsi")
DIRECTIONS = {
    UP: lazy_gettext("makin besar makin baik"),
    DOWN: lazy_gettext("makin kecil makin baik"),
    NEUTRAL: lazy_gettext("tidak dinilai baik atau buruk"),
}
ROLLS = {
    ADDED: lazy_gettext("pembilang dan penyebut dijumlahkan dulu, baru dibagi"),
    RECOUNTED: lazy_gettext(
        "dihitung ulang di setiap tingkat dan periode, tidak dijumlahkan atau dirata-rata"
    ),
}
SOURCES = {
    SALES: lazy_gettext("Baris penjualan yang selesai lewat DesaMart"),
    OUTCOMES: lazy_gettext("Catatan akhir setiap pesanan di DesaMart"),
    SNAPSHOTS: lazy_gettext("Catatan harian usaha dan produk di DesaMart, dan isian desa dengan sumbernya"),
    OUTLETS: lazy_gettext("Isian hari buka gerai dengan sumbernya, dan catatan harian kegiatan gerai"),
}
MISSING = (
    ("0", lazy_gettext("ada data, dan pada periode ini memang tidak ada yang terjadi")),
    (noted("belum tersedia"), lazy_gettext("tidak ada pembaginya, misalnya jumlah keluarga belum diisi")),
    (
        noted("tidak ada data"),
        lazy_gettext("wilayah itu belum pernah menjual lewat DesaMart sampai akhir periode"),
    ),
)


@dataclass(frozen=True)
class Entry:
    """What is said of one indicator, in words for people; `part_of` is empty for a main one."""

    code: str
    part_of: str
    name_id: str
    name_en: str
    definition: str
    unit: str
    decimals: int
    formula: str
    numerator: str
    denominator: str
    classes: str
    direction: str
    roll_up: str
    periods: str
    levels: str
    source: str
    counterpart: str
    scored: bool
    formula_version: str


HEAD = (
    *("kode", "bagian_dari", "nama", "nama_inggris", "definisi", "satuan", "desimal", "rumus", "pembilang"),
    *("penyebut", "kelas", "arah", "cara_naik_tingkat", "periode", "tingkat", "sumber", "padanan", "dinilai"),
    "versi_rumus",
)


def entry(indicator: Indicator) -> Entry:
    """The entry of one indicator."""
    return Entry(
        code=indicator.code,
        part_of=indicator.part_of or "",
        name_id=str(indicator.name_id),
        name_en=indicator.name_en,
        definition=str(indicator.definition),
        unit=indicator.unit,
        decimals=indicator.decimals,
        formula=formula(indicator),
        numerator=str(indicator.numerator),
        denominator=str(indicator.denominator or ""),
        classes="; ".join(f"{number} = {words}" for number, words in enumerate(indicator.classes)),
        direction=str(DIRECTIONS[indicator.direction]),
        roll_up=str(ROLLS[indicator.rolls]),
        periods=", ".join(PERIODS),
        levels=", ".join(LEVELS),
        source=str(SOURCES[indicator.source]),
        counterpart=str(indicator.counterpart),
        scored=indicator.scored,
        formula_version=indicator.version,
    )


def entries() -> list[Entry]:
    """Every entry, sub-measures behind their main indicator."""
    return [entry(indicator) for indicator in INDICATORS.values()]


def as_rows() -> Iterator[tuple[Cell, ...]]:
    """The entries as rows of a file under HEAD."""
    for each in entries():
        values = asdict(each) | {"scored": "ya" if each.scored else "tidak"}
        yield tuple(values.values())


def as_json() -> dict[str, Any]:
    """The dictionary as plain JSON: entries, and what the three ways of having no number mean."""
    return {
        "indicators": [asdict(each) for each in entries()],
        "missing": [{"written": written, "means": str(means)} for written, means in MISSING],
    }


def formula(indicator: Indicator) -> str:
    """How numerator and denominator become the value, in words."""
    if indicator.kind in (SUM, DISTINCT):
        return str(_("pembilang"))
    if indicator.kind == CLASS:
        return str(_("kelas dari pembilang"))
    if indicator.kind == MEASURE:
        return str(_("pembilang dibagi %(divisor)s", divisor=_number(indicator.divisor)))
    if indicator.factor == 1:
        return str(_("pembilang dibagi penyebut"))
    return str(_("pembilang dibagi penyebut, dikali %(factor)s", factor=_number(indicator.factor)))


def _number(whole: int) -> str:
    return f"{whole:,}".replace(",", ".")
