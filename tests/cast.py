"""Who plays in the tests, and what they own. She sells in Hanura, he in Podomoro; strangers stay out."""

from typing import Any

PASSWORD = "sandi panjang untuk uji"

BUYER, OTHER_BUYER = "pembeli@contoh.test", "pembeli.lain@contoh.test"
SELLER, OTHER_SELLER = "sari@contoh.test", "podo@contoh.test"
OPERATOR = "operator@contoh.test"
VILLAGE_OFFICER_OF_ELSEWHERE = "petugas.podomoro@contoh.test"
DISTRICT_OFFICER, REGENCY_OFFICER = "kecamatan@contoh.test", "kabupaten@contoh.test"
PROVINCE_OFFICER = "provinsi@contoh.test"
ADMIN, FINANCE = "admin@contoh.test", "keuangan@contoh.test"

PEOPLE: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    BUYER: ("Budi Pembeli", ()),
    OTHER_BUYER: ("Ayu Pembeli", ()),
    SELLER: ("Sari", ()),
    OTHER_SELLER: ("Podo", ()),
    OPERATOR: ("Operator Hanura", (("operator", "18.09.10.2004"),)),
    VILLAGE_OFFICER_OF_ELSEWHERE: ("Petugas Podomoro", (("officer", "18.10.01.2009"),)),
    DISTRICT_OFFICER: ("Petugas Kecamatan", (("officer", "18.09.10"),)),
    REGENCY_OFFICER: ("Petugas Kabupaten", (("officer", "18.09"),)),
    PROVINCE_OFFICER: ("Petugas Provinsi", (("officer", "18"),)),
    ADMIN: ("Admin", (("admin", ""),)),
    FINANCE: ("Keuangan", (("finance", ""),)),
}
HANURA, PODOMORO = "18.09.10.2004", "18.10.01.2009"
HURUN, BANDAR_LAMPUNG, JAKARTA = "18.09.10.2005", "18.71.02.1008", "31.71.01.1001"
HER_SHOP, HIS_SHOP = "keripik-bu-sari", "kopi-podomoro"
SHOPS = {
    HER_SHOP: (SELLER, "Keripik Bu Sari", HANURA),
    HIS_SHOP: (OTHER_SELLER, "Kopi Podomoro", PODOMORO),
}
CHIPS, CRACKERS, LOCAL_SNACK = "keripik-pisang", "kerupuk-ikan", "gabus-pindang"
COFFEE, RARE_COFFEE = "kopi-robusta", "kopi-langka"
GOODS: dict[str, list[dict[str, Any]]] = {
    HER_SHOP: [
        {"slug": CHIPS, "name": "Keripik Pisang Cokelat", "price": 18_000, "stock": 50},
        {"slug": CRACKERS, "name": "Kerupuk Ikan", "price": 12_500, "stock": 30},
        {"slug": LOCAL_SNACK, "name": "Gabus Pindang", "price": 45_000, "stock": 7, "fulfilment": "lokal"},
    ],
    HIS_SHOP: [
        {
            "slug": COFFEE,
            "name": "Kopi Robusta Bubuk",
            "price": 65_000,
            "stock": 40,
            "category": "kopi",
        },
        {"slug": RARE_COFFEE, "name": "Kopi Langka", "price": 120_000, "stock": 1, "category": "kopi"},
    ],
}
