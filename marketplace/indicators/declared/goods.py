"""Declares what kinds of goods and businesses there are: SE-05, SE-07, SE-08, SE-10, and prices: SE-20."""

from flask_babel import lazy_gettext as _

from marketplace.indicators.declaring import (
    CLASS,
    MEASURE,
    NATS,
    NEUTRAL,
    PER_KG,
    PERCENT,
    QUOTIENT,
    RATIO,
    RECOUNTED,
    SNAPSHOTS,
    STEP,
    Indicator,
)

DECLARED = (
    Indicator(
        code="SE-05",
        kind=RATIO,
        source=SNAPSHOTS,
        covered="known_households",
        name_id=_("Rasio industri mikro"),
        name_en="Ratio of micro industry",
        short=_("Industri mikro"),
        unit=QUOTIENT,
        decimals=4,
        over="micro",
        under="micro_households",
        numerator=_("Usaha pengolahan terverifikasi dengan paling banyak 4 pekerja"),
        denominator=_("Jumlah keluarga di desa-desa yang jumlah keluarganya diketahui"),
        definition=_(
            "Banyaknya usaha pengolahan kecil di DesaMart untuk setiap keluarga. IDM memberi 1 poin di bawah "
            "0,001, 3 poin mulai 0,001, dan 5 poin mulai 0,004; poin itu hanya pembanding."
        ),
        counterpart=_("IDM IKE-1"),
        points=(("0", 1), ("0.001", 3), ("0.004", 5)),
    ),
    Indicator(
        code="SE-07",
        kind=CLASS,
        rolls=RECOUNTED,
        name_id=_("Keragaman kegiatan ekonomi"),
        name_en="Diversity of economic activity",
        short=_("Keragaman"),
        unit=STEP,
        decimals=0,
        over="sectors",
        under=None,
        numerator=_("Banyaknya sektor KBLI (huruf) dengan penjualan positif"),
        denominator=None,
        definition=_(
            "Kelas menurut banyaknya sektor usaha (kategori huruf KBLI) yang menjual pada periode ini: satu "
            "sektor, dua sektor, atau lebih dari dua sektor."
        ),
        counterpart=_("Indeks Desa: keragaman kegiatan ekonomi"),
        classes=(_("Belum ada sektor"), _("1 sektor"), _("2 sektor"), _("Lebih dari 2 sektor")),
    ),
    Indicator(
        code="SE-07-H",
        public=False,
        part_of="SE-07",
        kind=MEASURE,
        rolls=RECOUNTED,
        name_id=_("Keragaman kategori (indeks Shannon)"),
        name_en="Diversity of categories (Shannon index)",
        short=_("Shannon H"),
        unit=NATS,
        decimals=3,
        divisor=1_000_000,
        over="entropy_micro",
        under="positive",
        numerator=_("Indeks Shannon dari pangsa kategori dengan omzet positif, dalam sepersejuta"),
        denominator=_("Nilai semua baris penjualan positif"),
        definition=_(
            "Indeks Shannon (logaritma natural) dari pangsa setiap kategori barang yang omzetnya positif. 0 "
            "berarti semua dari satu kategori; makin besar, makin beragam."
        ),
        counterpart=_("Indeks Desa: keragaman kegiatan ekonomi"),
    ),
    Indicator(
        code="SE-08",
        kind=RATIO,
        rolls=RECOUNTED,
        name_id=_("Produk unggulan bermerek"),
        name_en="Superior products with a brand",
        short=_("Bermerek"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="branded",
        under="unggulan",
        numerator=_("Produk unggulan berbeda yang terjual dan bermerek"),
        denominator=_("Produk unggulan berbeda yang terjual"),
        definition=_("Bagian produk unggulan desa yang terjual dengan merek."),
        counterpart=_("Indeks Desa: produk unggulan, merek"),
    ),
    Indicator(
        code="SE-10",
        kind=RATIO,
        rolls=RECOUNTED,
        name_id=_("Kelengkapan legalitas"),
        name_en="Completeness of legal papers",
        short=_("Legalitas"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="licensed",
        under="packaged",
        numerator=_("Pangan olahan kemasan yang terjual dengan izin berlaku"),
        denominator=_("Pangan olahan kemasan berbeda yang terjual"),
        definition=_(
            "Bagian pangan olahan kemasan yang terjual dengan P-IRT atau MD yang berlaku; untuk penjualan "
            "sejak 17 Oktober 2026 juga dengan sertifikat halal."
        ),
        counterpart=_("PP 7/2021, PP 42/2024"),
    ),
    Indicator(
        code="SE-10-NIB",
        part_of="SE-10",
        kind=RATIO,
        rolls=RECOUNTED,
        name_id=_("Usaha aktif dengan NIB"),
        name_en="Active businesses with a business number (NIB)",
        short=_("Ber-NIB"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="nib_shops",
        under="shops",
        numerator=_("Usaha aktif dengan NIB yang sah"),
        denominator=_("Banyaknya usaha aktif (SE-04)"),
        definition=_("Bagian usaha aktif yang punya Nomor Induk Berusaha yang sah saat menjual."),
        counterpart=_("PP 7/2021"),
    ),
    Indicator(
        code="SE-20",
        kind=RATIO,
        direction=NEUTRAL,
        name_id=_("Harga di tingkat petani"),
        name_en="Price at the farm",
        short=_("Harga per kg"),
        unit=PER_KG,
        decimals=0,
        factor=1000,
        over="weighed",
        under="grams",
        numerator=_("Nilai bersih baris penjualan yang beratnya diketahui"),
        denominator=_("Berat barang pada baris-baris itu"),
        definition=_(
            "Rata-rata harga per kilogram yang diterima penjual, ditimbang menurut berat. Angka ini mencakup "
            "semua komoditas; rinciannya per komoditas dan mutu, di samping harga kabupaten dan volumenya."
        ),
        counterpart=_("KPB: informasi harga"),
    ),
)
