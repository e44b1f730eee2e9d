"""Decides which columns a file of goods may have and how their heads are recognised. Pure rules.

Besides our own heads those of OpenSID's Lapak are read: the fields of its table `produk`, with the category's
name, and the heads of its list of goods (OpenSID 22, `Lapak_model`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from marketplace.kit.errors import Invalid
from marketplace.kit.sheet_cells import head_word
from marketplace.kit.texts import noted

# As they stand in templates and exports.
COLUMNS = (
    "kode", "nama", "varian", "harga", "harga_grosir", "satuan", "stok", "kategori", "keterangan", "berat",
    "pengiriman", "foto",
)  # fmt: skip
_OWN = {
    **{name.replace("_", ""): name for name in COLUMNS},
    "pilihan": "varian", "ukuran": "varian", "namavarian": "varian", "namapilihan": "varian",
    "grosir": "harga_grosir", "hargatingkat": "harga_grosir",
    "kodebarang": "kode", "kodeproduk": "kode", "sku": "kode",
    "namabarang": "nama", "namaproduk": "nama", "produk": "nama", "barang": "nama",
    "hargasatuan": "harga", "hargarp": "harga", "hargajual": "harga",
    "stock": "stok", "jumlahstok": "stok",
    "deskripsi": "keterangan",
    "beratkirim": "berat", "beratgram": "berat",
    "carakirim": "pengiriman",
    "namafoto": "foto", "gambar": "foto",
}  # fmt: skip
# Only these tell that a file comes from OpenSID; an `id` means something there and nothing elsewhere.
_OPENSID_SIGNS = {"idpelapak", "pelapak", "tipepotongan", "potongan", "idprodukkategori"}
_OPENSID = {**_OWN, "id": "kode", "potongan": "potongan", "tipepotongan": "tipe_potongan"}


@dataclass(frozen=True)
class Heads:
    """Where the known columns stand, by name, and the heads that nothing is made of."""

    places: dict[str, int]
    ignored: list[str]


def recognise(head: Sequence[str]) -> Heads:
    """Find the known columns in the first row of a file, in whatever order, case and spacing.

    Raises:
        Invalid: a column stands there twice, or none names the goods (field `berkas`).
    """
    plain = [head_word(cell) for cell in head]
    known = _OPENSID if _OPENSID_SIGNS & set(plain) else _OWN
    places: dict[str, int] = {}
    ignored = []
    for place, (word, shown) in enumerate(zip(plain, head, strict=True)):
        name = known.get(word)
        if name in places:
            raise Invalid(_("Kolom “%(name)s” ada dua kali. Hapus salah satunya.", name=name), "berkas")
        if name:
            places[name] = place
        elif shown.strip():
            ignored.append(shown.strip()[:40])
    if "nama" not in places and "kode" not in places:
        words = noted(
            "Baris pertama harus berisi judul kolom, paling sedikit nama atau kode. Lihat contohnya."
        )
        raise Invalid(words, "berkas")
    return Heads(places, ignored)
