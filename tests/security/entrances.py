"""Declares who of the cast enters which address, by letters, where every row is hers, in Hanura, bought by B.

The longest beginning of an address that stands here decides; a method before it speaks of that method alone.
"""

from tests import cast
from tests.security.rows import OPERATOR_OF_ELSEWHERE

STRANGER = "-"
PEOPLE = {
    STRANGER: None,
    "B": cast.BUYER,
    "T": cast.OTHER_BUYER,
    "S": cast.SELLER,
    "s": cast.OTHER_SELLER,
    "O": cast.OPERATOR,
    "o": OPERATOR_OF_ELSEWHERE,
    "K": cast.DISTRICT_OFFICER,
    "R": cast.REGENCY_OFFICER,
    "P": cast.PROVINCE_OFFICER,
    "F": cast.FINANCE,
    "A": cast.ADMIN,
}
"""Nobody, the buyer, staff and owner of her shop, another shop's owner, the operator of Hanura and one of
Podomoro, officers of kecamatan, kabupaten and province, finance, administrator."""
KNOWN = "BTSsOoKRPFA"
ALL = STRANGER + KNOWN

ENTRANCES = {
    "/": ALL,
    "/admin": "FA",
    "/akun": KNOWN,
    "POST /akun/pemberitahuan/<": "B",
    "/api/v1/orders/<": "B",
    "/gerai": "OFA",
    # A list without a village shows one's own; what stands in it is another test's business.
    "GET /gerai/bantuan": "OoFA",
    "GET /gerai/izin": "OoFA",
    "GET /gerai/komplain": "OoFA",
    "GET /gerai/pembayaran": "OoFA",
    "GET /gerai/ulasan": "OoFA",
    "GET /gerai/toko": "OoA",
    # Only who runs the outlet helps, sells and draws up a day; leaving a desk is open to whoever sits at one.
    "/gerai/bantuan/<": "O",
    "/gerai/bantuan/toko-baru": "Oo",
    "POST /gerai/bantuan/<slug>/selesai": "OoFA",
    "/gerai/jual": "O",
    # The administrator may stand in for an operator; who pays out may not change what is paid.
    "/gerai/layanan": "OA",
    "/gerai/izin/<": "OA",
    "/gerai/rekening": "OA",
    "/gerai/toko/<": "OA",
    "/gerai/ulasan/<": "OA",
    "GET /gerai/pembayaran/<": "OFA",
    "/penjual": "TS",
    # What binds the shop or its money is the owner's.
    "/penjual/rekening": "S",
    "/penjual/toko/": "S",
    "POST /penjual/toko": "S",
    "/penjual/toko/keluar": "TS",
    "/penjual/toko/baru": KNOWN,
    "GET /penjual/toko/baru": ALL,
    "/penjual/undangan/": KNOWN,
    "/penjual/produk/impor/contoh": KNOWN,
    "/pesanan": KNOWN,
    "/pesanan/<": "B",
    "/program": "OKRPA",
    # The same for every officer: no region is in them.
    "GET /program/kamus": "OoKRPA",
    "GET /program/metode": "OoKRPA",
    "GET /program/uplift/<any('tindakan','data-awal'):slug>/contoh.csv": "OoKRPA",
    "POST /program/uplift/<any('tindakan','data-awal'):slug>/berkas": "OoKRPA",
    # Without a region these begin with one's own.
    "GET /program": "OKRPA",
    "HOME /program": "OoKRPA",
    "HOME /program/terbitan": "OoKRPA",
    "/program/terbitan/<": "RPA",
    "/program/masukan/berkas/<": "O",
}


def declared(method: str, rule: str) -> str:
    """Who enters: the letters of those who do."""
    if f"HOME {rule}" in ENTRANCES:
        return ENTRANCES[f"HOME {rule}"]
    fitting = {}
    for start, letters in ENTRANCES.items():
        named, _space, address = start.rpartition(" ")
        if rule.startswith(address) and named in ("", method):
            fitting[len(address), bool(named)] = letters
    return fitting[max(fitting)]
