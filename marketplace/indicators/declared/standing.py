"""Declares what keeps a market standing, and for whom: SE-15 to SE-17, SE-19."""

from flask_babel import lazy_gettext as _

from marketplace.indicators.declaring import (
    OUTLETS,
    PERCENT,
    RATIO,
    SNAPSHOTS,
    Indicator,
)

DECLARED = (
    Indicator(
        code="SE-15",
        kind=RATIO,
        source=SNAPSHOTS,
        covered="villages_seen",
        name_id=_("Kesegaran katalog"),
        name_en="Freshness of the catalogue",
        short=_("Katalog segar"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="fresh_products",
        under="active_products",
        numerator=_("Produk aktif yang stoknya dipastikan paling lama 14 hari sebelum periode berakhir"),
        denominator=_("Produk aktif pada akhir periode"),
        definition=_("Bagian produk di etalase yang stoknya belum lama ini dipastikan penjualnya."),
        counterpart=_("Penjaga mutu: etalase yang ditinggalkan"),
    ),
    Indicator(
        code="SE-16",
        kind=RATIO,
        name_id=_("Peran BUMDes/koperasi"),
        name_en="Role of village enterprises and cooperatives",
        short=_("BUMDes/koperasi"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="outlet",
        under="positive",
        numerator=_("Nilai penjualan oleh, titipan di, atau yang dilayani gerai desa"),
        denominator=_("Nilai semua baris penjualan positif"),
        definition=_(
            "Bagian nilai penjualan yang dijual oleh BUMDes, BUMDesma, BUMK, atau koperasi, dititipkan di "
            "gerai desa, dijual di gerai, atau dibantu operator gerai."
        ),
        counterpart=_("Indeks Desa: lembaga ekonomi"),
    ),
    Indicator(
        code="SE-17",
        kind=RATIO,
        source=OUTLETS,
        covered="villages_outlet",
        name_id=_("Hari operasional gerai"),
        name_en="Days the outlet is open",
        short=_("Hari gerai"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="outlet_days",
        under="outlet_calendar",
        numerator=_("Hari dengan kegiatan di gerai desa"),
        denominator=_("Hari kalender desa-desa yang punya catatan gerai"),
        definition=_(
            "Bagian hari kalender dengan kegiatan di gerai. Desa tanpa catatan gerai tidak ikut dihitung."
        ),
        counterpart=_("Indeks Desa: hari operasional"),
    ),
    Indicator(
        code="SE-19",
        public=False,
        kind=RATIO,
        name_id=_("Petani dan perempuan"),
        name_en="Farmers and women: share of farmers",
        short=_("Petani"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="farmers",
        under="farmers_known",
        numerator=_("Nilai penjualan penjual yang menyatakan diri petani"),
        denominator=_("Nilai penjualan penjual yang menjawab pertanyaan itu"),
        definition=_(
            "Bagian nilai penjualan dari petani, di antara penjual yang menjawab. Bagian usaha yang dipimpin "
            "perempuan ada di bawahnya. Penjual yang tidak menjawab tidak ikut dihitung."
        ),
        counterpart=_("KPB; SDGs Desa 5"),
    ),
    Indicator(
        code="SE-19-P",
        public=False,
        part_of="SE-19",
        kind=RATIO,
        name_id=_("Penjualan usaha yang dipimpin perempuan"),
        name_en="Sales of businesses led by women",
        short=_("Perempuan"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="women",
        under="women_known",
        numerator=_("Nilai penjualan usaha yang menyatakan dipimpin perempuan"),
        denominator=_("Nilai penjualan penjual yang menjawab pertanyaan itu"),
        definition=_(
            "Bagian nilai penjualan usaha yang dipimpin perempuan, di antara penjual yang menjawab."
        ),
        counterpart=_("SDGs Desa 5"),
    ),
)
