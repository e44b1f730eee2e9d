"""Declares what is shown beside the set and never scored: TB-01 to TB-03."""

from flask_babel import lazy_gettext as _

from marketplace.indicators.declaring import (
    DOWN,
    HOURS,
    MEASURE,
    NEUTRAL,
    OUTCOMES,
    PERCENT,
    RATIO,
    RECOUNTED,
    RUPIAH,
    SUM,
    Indicator,
)

NO_COUNTERPART = _("Tidak ada; keterangan tambahan")

DECLARED = (
    Indicator(
        code="TB-01",
        kind=RATIO,
        scored=False,
        direction=NEUTRAL,
        rolls=RECOUNTED,
        name_id=_("Pembeli yang kembali"),
        name_en="Buyers who come back",
        short=_("Pembeli kembali"),
        unit=PERCENT,
        decimals=1,
        factor=100,
        over="repeat_buyers",
        under="buyers",
        numerator=_("Pembeli dengan dua pesanan atau lebih pada periode ini"),
        denominator=_("Pembeli berbeda pada periode ini"),
        definition=_(
            "Bagian pembeli yang memesan lebih dari sekali. Hanya ditampilkan, tidak dinilai. Pembeli di "
            "gerai tanpa nomor telepon tidak dihitung."
        ),
        counterpart=NO_COUNTERPART,
    ),
    Indicator(
        code="TB-02",
        kind=SUM,
        scored=False,
        public=False,
        name_id=_("Omzet tanpa pembelian instansi"),
        name_en="Turnover without government buyers",
        short=_("Omzet non-instansi"),
        unit=RUPIAH,
        decimals=0,
        over="private_net",
        under=None,
        numerator=_("Omzet bersih (SE-01), dikurangi yang dibeli untuk instansi pemerintah"),
        denominator=None,
        definition=_(
            "Omzet bersih yang tersisa bila pembelian untuk kantor pemerintah, sekolah negeri, dan "
            "pemerintah desa dikeluarkan. Yang dihitung sebagai instansi hanya pesanan yang pembelinya "
            "berkata begitu; pesanan lain, juga dari waktu sebelum hal ini ditanyakan, dihitung sebagai "
            "bukan instansi. Hanya ditampilkan, tidak dinilai."
        ),
        counterpart=NO_COUNTERPART,
    ),
    Indicator(
        code="TB-03",
        kind=MEASURE,
        scored=False,
        public=False,
        source=OUTCOMES,
        covered="villages_ended",
        rolls=RECOUNTED,
        direction=DOWN,
        name_id=_("Waktu penyelesaian komplain"),
        name_en="Time to resolve complaints (median)",
        short=_("Komplain, median"),
        unit=HOURS,
        decimals=1,
        divisor=60,
        over="complaint_minutes",
        under="complaints",
        numerator=_("Median menit dari komplain pembeli sampai pesanan selesai atau dikembalikan"),
        denominator=_("Pesanan yang dikomplain dan berakhir pada periode ini"),
        definition=_(
            "Separuh komplain selesai lebih cepat dari ini, separuhnya lebih lama. Komplain dihitung pada "
            "hari berakhirnya (WIB); yang masih berjalan belum dihitung. Dihitung ulang di setiap tingkat "
            "dan periode, tidak pernah dirata-rata. Hanya ditampilkan, tidak dinilai."
        ),
        counterpart=NO_COUNTERPART,
    ),
    Indicator(
        code="TB-03-P90",
        part_of="TB-03",
        kind=MEASURE,
        scored=False,
        public=False,
        source=OUTCOMES,
        covered="villages_ended",
        rolls=RECOUNTED,
        direction=DOWN,
        name_id=_("Waktu penyelesaian komplain, persentil 90"),
        name_en="Time to resolve complaints (90th percentile)",
        short=_("Komplain, P90"),
        unit=HOURS,
        decimals=1,
        divisor=60,
        over="complaint_p90_minutes",
        under="complaints",
        numerator=_("Persentil 90 menit dari komplain pembeli sampai pesanan selesai atau dikembalikan"),
        denominator=_("Pesanan yang dikomplain dan berakhir pada periode ini"),
        definition=_("Sembilan dari sepuluh komplain selesai paling lama dalam waktu ini."),
        counterpart=NO_COUNTERPART,
    ),
)
