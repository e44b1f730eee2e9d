"""Decides which indicators there are: one small declaration each. `figures` computes each kind.

Adding one: declare it here, give `Totals` the sum it needs, and write its golden month in the tests
(`docs/indicators.md` has the recipe).
"""

from flask_babel import lazy_gettext as _

from marketplace.indicators.declaring import (
    DISTINCT,
    GROWTH,
    PERCENT,
    RATIO,
    RECOUNTED,
    RUPIAH,
    SHOPS,
    SUM,
    Indicator,
)

__all__ = [
    "DISTINCT",
    "GROWTH",
    "INDICATORS",
    "MAIN",
    "PERCENT",
    "RATIO",
    "RUPIAH",
    "SHOPS",
    "SUM",
    "Indicator",
    "parts_of",
]

INDICATORS: dict[str, Indicator] = {
    indicator.code: indicator
    for indicator in (
        Indicator(
            code="SE-01",
            kind=SUM,
            name_id=_("Omzet bersih produk desa"),
            name_en="Net turnover of village products",
            short=_("Omzet"),
            unit=RUPIAH,
            decimals=0,
            over="net",
            under=None,
            numerator=_(
                "Nilai bersih semua baris penjualan yang selesai, setelah potongan, tanpa ongkos kirim"
            ),
            denominator=None,
            definition=_(
                "Jumlah rupiah dari semua barang yang terjual dan selesai pada periode ini. Penjualan "
                "dihitung di desa penjual, pada tanggal pesanan selesai (WIB)."
            ),
            counterpart=_("SDGs Desa 8 (bagian dari PDB Desa)"),
        ),
        Indicator(
            code="SE-03",
            kind=GROWTH,
            name_id=_("Pertumbuhan omzet"),
            name_en="Growth of turnover",
            short=_("Pertumbuhan"),
            unit=PERCENT,
            factor=100,
            decimals=1,
            over="net",
            under="net",
            numerator=_("Omzet bersih periode ini dikurangi omzet bersih periode sebelumnya"),
            denominator=_("Omzet bersih periode sebelumnya"),
            definition=_(
                "Perubahan omzet bersih dibandingkan periode sebelumnya. Tidak ada nilainya bila omzet "
                "periode sebelumnya nol atau negatif."
            ),
            counterpart=_("SDGs Desa 9"),
        ),
        Indicator(
            code="SE-04",
            kind=DISTINCT,
            name_id=_("Usaha aktif"),
            name_en="Active businesses",
            short=_("Usaha aktif"),
            unit=SHOPS,
            rolls=RECOUNTED,
            decimals=0,
            over="shops",
            under=None,
            numerator=_("Banyaknya usaha berbeda dengan omzet bersih di atas nol"),
            denominator=None,
            definition=_(
                "Banyaknya usaha yang menjual pada periode ini. Di tingkat yang lebih tinggi dan di "
                "periode yang lebih panjang, setiap usaha dihitung ulang satu kali, bukan dijumlahkan."
            ),
            counterpart=_("Indeks Desa: keaktifan usaha dan UMKM"),
        ),
        Indicator(
            code="SE-11",
            kind=RATIO,
            name_id=_("Porsi transaksi nontunai"),
            name_en="Share of cashless transactions",
            short=_("Nontunai"),
            unit=PERCENT,
            factor=100,
            decimals=1,
            over="cashless",
            under="positive",
            numerator=_("Nilai baris penjualan positif yang dibayar dengan QRIS, transfer, atau kartu"),
            denominator=_("Nilai semua baris penjualan positif"),
            definition=_(
                "Bagian nilai penjualan yang dibayar tanpa uang tunai. Naik ke tingkat yang lebih tinggi, "
                "pembilang dan penyebut dijumlahkan dulu, baru dibagi."
            ),
            counterpart=_("Indeks Desa: layanan keuangan"),
        ),
    )
}

# What pages show as rows and columns; the sub-measures stand inside the page of their main indicator.
MAIN: dict[str, Indicator] = {code: each for code, each in INDICATORS.items() if each.part_of is None}


def parts_of(code: str) -> list[Indicator]:
    """The sub-measures of an indicator, in the order in which they are declared."""
    return [each for each in INDICATORS.values() if each.part_of == code]
