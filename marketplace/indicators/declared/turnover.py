"""Declares what villages sell, who sells it, and whether it grows: SE-01 to SE-04, SE-06, SE-18."""

from flask_babel import lazy_gettext as _

from marketplace.indicators.declaring import (
    DISTINCT,
    DOWN,
    GROWTH,
    INDEX,
    PER_HOUSEHOLD,
    PERCENT,
    RATIO,
    RECOUNTED,
    RUPIAH,
    SHOPS,
    SNAPSHOTS,
    SUM,
    YEAR_BEFORE,
    Indicator,
)

DECLARED = (
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
        numerator=_("Nilai bersih semua baris penjualan yang selesai, setelah potongan, tanpa ongkos kirim"),
        denominator=None,
        definition=_(
            "Jumlah rupiah dari semua barang yang terjual dan selesai pada periode ini. Penjualan "
            "dihitung di desa penjual, pada tanggal pesanan selesai (WIB)."
        ),
        counterpart=_("SDGs Desa 8 (bagian dari PDB Desa)"),
    ),
    Indicator(
        code="SE-02",
        public=False,
        kind=RATIO,
        name_id=_("Omzet per keluarga"),
        name_en="Turnover per household",
        short=_("Omzet per KK"),
        unit=PER_HOUSEHOLD,
        decimals=0,
        covered="known_households",
        over="households_net",
        under="households",
        numerator=_("Omzet bersih desa-desa yang jumlah keluarganya diketahui"),
        denominator=_("Jumlah keluarga di desa-desa itu, menurut data terakhir sebelum periode berakhir"),
        definition=_(
            "Omzet bersih dibagi jumlah keluarga. Desa yang jumlah keluarganya belum diisi tidak ikut "
            "dihitung, baik di pembilang maupun di penyebut."
        ),
        counterpart=_("SDGs Desa 8"),
    ),
    Indicator(
        code="SE-03",
        kind=GROWTH,
        name_id=_("Pertumbuhan omzet"),
        name_en="Growth of turnover",
        short=_("Pertumbuhan"),
        unit=PERCENT,
        decimals=1,
        factor=100,
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
        code="SE-03-YOY",
        part_of="SE-03",
        kind=GROWTH,
        base=YEAR_BEFORE,
        name_id=_("Pertumbuhan omzet setahun"),
        name_en="Growth of turnover, year on year",
        short=_("Tumbuh setahun"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="net",
        under="net",
        numerator=_("Omzet bersih periode ini dikurangi omzet bersih periode yang sama tahun lalu"),
        denominator=_("Omzet bersih periode yang sama tahun lalu"),
        definition=_(
            "Perubahan omzet bersih dibandingkan musim yang sama setahun sebelumnya. Tidak ada nilainya "
            "bila omzet waktu itu nol atau negatif."
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
        decimals=0,
        rolls=RECOUNTED,
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
        code="SE-06",
        kind=RATIO,
        source=SNAPSHOTS,
        covered="villages_seen",
        rolls=RECOUNTED,
        name_id=_("Tingkat keaktifan usaha"),
        name_en="Share of businesses that are active",
        short=_("Keaktifan"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="shops",
        under="verified",
        numerator=_("Banyaknya usaha aktif (SE-04)"),
        denominator=_("Banyaknya usaha terverifikasi pada akhir periode"),
        definition=_(
            "Bagian usaha terverifikasi yang menjual pada periode ini. Bisa di atas 100% bila usaha yang "
            "menjual kemudian ditutup atau pindah sebelum periode berakhir."
        ),
        counterpart=_("Indeks Desa: keaktifan usaha"),
    ),
    Indicator(
        code="SE-18",
        public=False,
        kind=RATIO,
        direction=DOWN,
        rolls=RECOUNTED,
        name_id=_("Konsentrasi penjual"),
        name_en="Concentration of sellers (Herfindahl index)",
        short=_("Konsentrasi"),
        unit=INDEX,
        decimals=0,
        factor=10_000,
        over="squares",
        under="positive_shops_squared",
        numerator=_("Jumlah kuadrat omzet bersih setiap usaha yang omzetnya di atas nol"),
        denominator=_("Kuadrat dari jumlah omzet bersih usaha-usaha itu"),
        definition=_(
            "Indeks Herfindahl dari pangsa usaha, 0 sampai 10.000. 10.000 berarti semua penjualan dari satu "
            "usaha; makin kecil, makin merata."
        ),
        counterpart=_("“Merata” pada SDGs Desa 8, Gini pada SDGs Desa 10"),
    ),
)
