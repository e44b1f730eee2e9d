"""Decides which demo goods there are and which shop sells them. Reads tables; touches no database."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from marketplace.catalog.loading import categories

HERE = Path(__file__).parent
HANURA, PODOMORO = "18.09.10.2004", "18.10.01.2009"
LIMITED = "madu-hutan-panen-terbatas"


@dataclass(frozen=True)
class DemoProduct:
    """Goods to publish: price in rupiah, weights in grams, `icon` names the illustration."""

    slug: str
    name: str
    category: str
    unit: str
    price: int
    net_weight_g: int | None
    shipping_weight_g: int
    fulfilment: str
    shelf_life_days: int | None
    kbli: str
    icon: str
    regencies: tuple[str, ...]
    village: str
    stock: int


@dataclass
class DemoShop:
    """A shop to open, with its goods. Without a `village`, one of the `regency` is chosen."""

    name: str
    owner: str
    kind: str
    regency: str
    village: str
    slug: str = ""
    email: str = ""
    products: list[DemoProduct] = field(default_factory=list)


def products() -> list[DemoProduct]:
    """The 159 goods of the table, and one of which only seven pieces exist."""
    found = [_product(row) for row in _table()]
    honey = next(product for product in found if product.slug == "madu-hutan-500-ml")
    limited = {"slug": LIMITED, "name": "Madu Hutan Panen Terbatas", "stock": 7, "regencies": ("18.09",)}
    return [*found, DemoProduct(**{**honey.__dict__, **limited, "village": HANURA})]


def shops(goods: Sequence[DemoProduct], random: Random) -> list[DemoShop]:
    """Spread goods over shops: those of the demo accounts first, the others by regency and kind of goods."""
    parents = {row.slug: row.parent or row.slug for row in categories()}
    first = [
        DemoShop(
            "Keripik Bu Sari",
            "Sari Wulandari",
            "umkm",
            "18.09",
            HANURA,
            "keripik-bu-sari",
            "penjual@desamart.test",
        ),
        DemoShop(
            "Kopi Podomoro",
            "Slamet Podomoro",
            "umkm",
            "18.10",
            PODOMORO,
            "kopi-podomoro",
            "penjual2@desamart.test",
        ),
    ]
    special = {
        0: (
            "keripik-pisang-keju-250-g",
            "dodol-durian-250-g",
            "tempoyak-durian-250-g",
            "cokelat-batang-70-80-g",
            LIMITED,
        ),
        1: (
            "kopi-bubuk-robusta-250-g",
            "kopi-bubuk-robusta-petik-merah-200-g",
            "kopi-lanang-peaberry-250-g",
            "kopi-pinang-150-g",
        ),
    }
    by_slug = {product.slug: product for product in goods}
    taken = set()
    for place, slugs in special.items():
        first[place].products = [by_slug[slug] for slug in slugs if slug in by_slug]
        taken |= set(slugs)
    owners = _owners(random)
    grouped: dict[tuple[str, str, str], list[DemoProduct]] = {}
    for product in goods:
        if product.slug not in taken:
            regency = product.village[:5] or random.choice(product.regencies)
            grouped.setdefault((regency, product.village, parents[product.category]), []).append(product)
    rest = []
    for (regency, village, parent), members in sorted(grouped.items()):
        for start in range(0, len(members), 4):
            called, owner = next(owners)
            kind, pattern = random.choice(_STYLES[parent])
            rest.append(
                DemoShop(
                    pattern.format(called), owner, kind, regency, village, products=members[start : start + 4]
                )
            )
    random.shuffle(rest)
    return first + rest


def describe(product: DemoProduct, village: str) -> str:
    """A few true sentences about goods of a village."""
    lines = [_WORDS.get(product.category, _WORDS[""]).format(village=village)]
    if product.net_weight_g:
        lines.append(f"Isi bersih {product.net_weight_g} gram per {product.unit}.")
    if product.shelf_life_days:
        lines.append(f"Tahan sekitar {product.shelf_life_days} hari bila disimpan kering dan sejuk.")
    lines.append("Data contoh untuk memperagakan DesaMart; bukan penjual sungguhan.")
    return "\n\n".join(lines)


def _table() -> list[dict[str, str]]:
    with (HERE / "produk_demo.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _product(row: Mapping[str, str]) -> DemoProduct:
    price = int(row["price_typical"])
    return DemoProduct(
        slug=row["slug"],
        name=row["name"],
        category=row["category"],
        unit=row["unit"],
        price=price,
        net_weight_g=int(row["net_weight_g"]) if row["net_weight_g"] else None,
        shipping_weight_g=int(row["shipping_weight_g"] or row["net_weight_g"] or 1000),
        fulfilment=row["fulfilment"],
        shelf_life_days=int(row["shelf_life_days"]) if row["shelf_life_days"] else None,
        kbli=row["kbli2020"],
        icon=row["icon_fluent"],
        regencies=tuple(row["kabupaten_codes"].split("|")),
        village=row["origin_village_code"],
        stock=12 if price > 400_000 else 60,
    )


_WOMEN = (
    "Ratna", "Sulastri", "Wayan", "Nurhayati", "Aminah", "Endang", "Yuliana", "Rohmah", "Kartini",
    "Sumiyati", "Ketut", "Maimunah", "Dwi", "Fatimah", "Mulyani", "Nengah", "Kalsum", "Rina", "Tuti",
    "Ani", "Juminten", "Melati", "Hasanah", "Lilis", "Mardiana", "Halimah", "Wartini", "Suryani",
    "Komariah", "Painem", "Sumarni", "Tukinah", "Erna", "Yanti",
)  # fmt: skip
_MEN = (
    "Slamet", "Made", "Bambang", "Tumiran", "Sutrisno", "Yani", "Paijo", "Nyoman", "Darsono", "Syarif",
    "Mulyadi", "Sugeng", "Rahmat", "Kasiman", "Wagimin", "Iskandar", "Tukiran", "Hasan", "Gede",
    "Zainal", "Suparman", "Edi", "Joko", "Yusuf", "Marwan", "Suwito", "Ridwan", "Basuki", "Abdul",
    "Komar", "Herman", "Tarmizi", "Sumarno", "Warsito", "Ujang", "Agus",
)  # fmt: skip
_FAMILY = ("Saputra", "Lestari", "Hidayat", "Wijaya", "Rahayu", "Pratama", "Susanti", "Kurnia")
_STYLES: dict[str, tuple[tuple[str, str], ...]] = {
    "makanan-ringan": (("umkm", "Dapur {}"), ("umkm", "Camilan {}"), ("umkm", "Oleh-oleh {}")),
    "minuman": (("umkm", "Kopi & Minuman {}"), ("umkm", "Seduh {}"), ("poktan", "Kelompok Tani {}")),
    "bumbu-dapur": (("umkm", "Bumbu {}"), ("umkm", "Rempah {}")),
    "pangan-pokok": (("poktan", "Lumbung {}"), ("bumdes", "BUMDes Lumbung {}")),
    "buah-sayur": (("petani", "Kebun {}"), ("poktan", "Tani Segar {}")),
    "ikan-laut": (("umkm", "Nelayan {}"), ("koperasi", "Koperasi Bahari {}")),
    "ternak": (("petani", "Ternak {}"), ("umkm", "Peternakan {}")),
    "kriya": (("umkm", "Kriya {}"), ("umkm", "Tenun {}")),
    "herbal-perawatan": (("umkm", "Griya Herbal {}"),),
    "sarana-tani": (("poktan", "Bibit & Pupuk {}"), ("bumdes", "BUMDes Tani {}")),
    "komoditas": (("koperasi", "Koperasi Kebun {}"), ("petani", "Kebun {}")),
    "wisata-jasa": (("bumdes", "Wisata {}"), ("umkm", "Jelajah {}")),
}
_WORDS = {
    "": "Dibuat dan dikemas di {village} oleh warga desa sendiri.",
    "keripik-kerupuk": "Digoreng dalam jumlah kecil di dapur rumahan {village}, supaya sampai masih renyah.",
    "kopi": "Robusta dari kebun di sekitar {village}, disangrai di desa dan dikemas sehari sesudahnya.",
    "madu": "Dipanen dari hutan dan kebun di sekitar {village}, disaring tanpa dipanaskan.",
    "tapis-sulam": "Disulam tangan oleh perajin {village}; tiap lembar sedikit berbeda.",
    "ikan-segar": "Dibeli langsung dari perahu di {village} pada hari yang sama.",
    "cabai-bawang": "Dipetik pagi hari di kebun warga {village} setelah pesanan masuk.",
    "homestay": "Kamar di rumah warga {village}, sarapan masakan kampung, tuan rumah yang tahu jalan.",
    "paket-wisata": "Dipandu warga {village}. Waktu berangkat disepakati lewat pesan setelah Anda memesan.",
}


def _owners(random: Random) -> Iterator[tuple[str, str]]:
    """Owners without end: how the village calls them (`Bu Ratna`), and their full name."""
    people = [("Bu", name) for name in _WOMEN] + [("Pak", name) for name in _MEN]
    random.shuffle(people)
    for place in count():
        title, name = people[place % len(people)]
        called = (
            f"{title} {name}" if place < len(people) else f"{title} {name} {_FAMILY[place % len(_FAMILY)]}"
        )
        yield called, f"{name} {_FAMILY[place % len(_FAMILY)]}"
