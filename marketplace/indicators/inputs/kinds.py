"""Decides which things are noted of a village beside its sales, and the columns of each. Pure rules.

The columns are the fields of the form and the heads of the file alike, beside `kode` and `sumber`.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

HOUSEHOLDS, STATUS, FOCUS, LOCUS = "households", "status", "focus", "locus"
JOINED, OUTLET_DAYS = "joined", "outlet_days"
FOCUSES = {
    "digital": _l("Digital"),
    "pertanian": _l("Pertanian terintegrasi"),
    "wisata": _l("Wisata"),
    "ekraf": _l("Ekonomi kreatif"),
}
YES, NO = "ya", "tidak"
CODE, SOURCE = "kode", "sumber"


@dataclass(frozen=True)
class Kind:
    """One kind of input. `slug` is its place in addresses; `once`: a village has one value, not one a day.

    `example` is a row of the template, as people type it.
    """

    key: str
    slug: str
    name: str
    about: str
    columns: tuple[str, ...]
    example: tuple[str, ...]
    once: bool = False


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            HOUSEHOLDS,
            "keluarga",
            _l("Jumlah keluarga"),
            _l("Banyaknya keluarga (KK) di desa; penyebut omzet per keluarga dan rasio industri mikro."),
            ("jumlah", "tanggal"),
            ("1.204", "30/06/2026"),
        ),
        Kind(
            STATUS,
            "status",
            _l("Status desa"),
            _l("Status menurut IDM (sampai 2024) atau Indeks Desa (mulai 2025), dengan tahun dan sumbernya."),
            ("indeks", "tahun", "skor", "status"),
            ("IDM", "2024", "0,7146", "maju"),
        ),
        Kind(
            FOCUS,
            "fokus",
            _l("Kategori fokus"),
            _l("Kategori desa dalam program: digital, pertanian, wisata, atau ekraf."),
            ("kategori", "tanggal"),
            ("pertanian", "15/01/2026"),
        ),
        Kind(
            LOCUS,
            "lokus",
            _l("Desa lokus"),
            _l("Apakah desa ini lokus program, sejak tanggal berapa."),
            ("lokus", "tanggal"),
            ("ya", "15/01/2026"),
        ),
        Kind(
            JOINED,
            "bergabung",
            _l("Tanggal bergabung"),
            _l("Hari desa ini mulai memakai DesaMart menurut program."),
            ("tanggal",),
            ("01/05/2026",),
            once=True,
        ),
        Kind(
            OUTLET_DAYS,
            "hari-gerai",
            _l("Hari buka gerai"),
            _l("Banyaknya hari gerai desa buka dalam satu bulan, menurut catatan gerai."),
            ("bulan", "hari"),
            ("2026-10", "24"),
        ),
    )
}
BY_SLUG = {kind.slug: kind for kind in KINDS.values()}
