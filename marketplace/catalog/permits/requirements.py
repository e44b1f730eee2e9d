"""Decides which permits goods of a category need. One table; sources and doubts stand in docs/permits.md."""

from dataclasses import dataclass
from datetime import date

from marketplace.catalog.permits.kinds import HALAL, MD, PIRT, PSAT
from marketplace.kit.texts import noted

HALAL_SINCE = date(2026, 10, 17)
"""PP 42/2024 art. 160: food and drink of micro and small businesses carry it from then on."""

SHORT_LIFE_DAYS = 7
"""What keeps no longer than this at room temperature needs no distribution permit."""


@dataclass(frozen=True)
class Need:
    """One of `kinds` is needed, by `source`. `pauses`: goods without it leave the shelf, after notice."""

    key: str
    kinds: tuple[str, ...]
    pauses: bool
    words: str
    source: str


DISTRIBUTION = Need(
    "edar",
    (PIRT, MD),
    pauses=True,
    words=noted(
        "Pangan olahan dalam kemasan yang tahan lebih dari 7 hari perlu P-IRT atau izin edar BPOM (MD)."
    ),
    source="PerBPOM 4/2024",
)
HALAL_MARK = Need(
    "halal",
    (HALAL,),
    pauses=False,
    words=noted(
        "Makanan dan minuman UMK wajib bersertifikat halal sejak 17 Oktober 2026;"
        " yang tidak halal diberi keterangan."
    ),
    source="PP 42/2024 pasal 160",
)
FRESH_PLANT = Need(
    "psat",
    (PSAT,),
    pauses=False,
    words=noted("Hasil tani segar yang dikemas, seperti beras, didaftarkan sebagai PSAT."),
    source=noted("praktik umum; tanyakan ke dinas pertanian"),
)
NEEDS = (DISTRIBUTION, HALAL_MARK, FRESH_PLANT)

# Why goods of such a category may be sold without a distribution permit all the same.
EXEMPT = {
    "singkat": noted("Tahan paling lama 7 hari"),
    "siap-saji": noted("Makanan siap saji"),
    "bahan": noted("Bahan baku untuk diolah lagi"),
    "curah": noted("Dibungkus di depan pembeli, bukan dalam kemasan"),
}

PACKAGED_FOOD = (
    "keripik-kerupuk", "kue-roti", "dodol-manisan", "kacang-emping", "kopi", "kakao-cokelat", "teh-herbal",
    "sari-buah", "madu", "lada-rempah", "gula-aren-kelapa", "sambal-terasi", "minyak-santan", "tepung-pati",
    "ikan-asin", "olahan-ikan", "daging-olahan", "susu",
)  # fmt: skip
OF_CATEGORY: dict[str, tuple[Need, ...]] = {
    **dict.fromkeys(PACKAGED_FOOD, (DISTRIBUTION, HALAL_MARK)),
    "tahu-tempe": (HALAL_MARK,),
    "beras-gabah": (FRESH_PLANT,),
    "jagung": (FRESH_PLANT,),
    "kacang-kedelai": (FRESH_PLANT,),
}


def categories_needing(need: Need) -> tuple[str, ...]:
    """The categories whose goods have this need."""
    return tuple(slug for slug, needs in OF_CATEGORY.items() if need in needs)
