"""Decides what the seller's product form asks, and reads what people type into it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError

from marketplace.catalog.guessing import guess
from marketplace.catalog.models import FULFILMENTS, Product
from marketplace.catalog.photos import KeptPhoto
from marketplace.catalog.publishing import ProductDraft
from marketplace.catalog.units import UNITS, parse_weight
from marketplace.kit.money import parse_rupiah
from marketplace.kit.options import option

WAYS = [
    option("nasional", _l("Kirim ke mana saja"), note=_l("Tahan perjalanan, bisa lewat kurir.")),
    option("lokal", _l("Antar di Lampung"), note=_l("Lewat Anda, kurir desa, atau titip travel.")),
    option("jemput", _l("Diambil pembeli"), note=_l("Hanya bisa diambil di tempat Anda.")),
    option("jasa", _l("Layanan"), note=_l("Dinikmati di tempat: penginapan, tur, jasa.")),
]


_COUNT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+")


def _whole(text: str, least: int) -> int:
    """Points are read where they part thousands only: `1.5` is not fifteen."""
    plain = text.strip()
    number = int(plain.replace(".", "")) if _COUNT.fullmatch(plain) else -1
    if not least <= number <= 1_000_000:
        raise ValueError(text)
    return number


class ProductForm(FlaskForm):
    """A product on one screen. Photo, name and price are asked for; the rest has fitting defaults."""

    foto = MultipleFileField(_l("Foto"))
    nama = StringField(
        _l("Nama produk"),
        [
            InputRequired(_l("Tulis nama produknya.")),
            Length(3, 120, message=_l("Nama produk 3 sampai 120 huruf.")),
        ],
    )
    harga = StringField(_l("Harga"), [InputRequired(_l("Tulis harganya."))])
    satuan = SelectField(
        _l("Harga untuk satu"),
        [AnyOf(UNITS, message=_l("Pilih satuannya."))],
        default="bungkus",
        choices=[option(unit, unit) for unit in UNITS],
        validate_choice=False,
    )
    stok = StringField(_l("Stok"), default="1")
    sesuai_pesanan = BooleanField(_l("Dibuat kalau ada pesanan (tanpa hitungan stok)"))
    kategori = SelectField(_l("Kategori"), validate_choice=False)
    keterangan = TextAreaField(_l("Keterangan"), [Length(max=5000, message=_l("Paling banyak 5.000 huruf."))])
    berat = StringField(_l("Berat kirim per satuan"))
    pengiriman = RadioField(
        _l("Bagaimana sampai ke pembeli?"),
        [AnyOf(FULFILMENTS, message=_l("Pilih cara barang sampai ke pembeli."))],
        default="nasional",
        choices=WAYS,
        validate_choice=False,
    )
    stok_semula = HiddenField(default="0")
    kunci = HiddenField()

    least_stock = 1
    always_answered: tuple[str, ...] = ("foto", "satuan", "stok", "pengiriman")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Answered before the seller begins, or judged beside the form: the label must not call them optional.
        for name in self.always_answered:
            self[name].flags.required = True

    def offer_categories(self, groups: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Fill in the choices of the category field, by group; the first one leaves the choice to us."""
        self.groups = groups
        self.kategori.choices = [
            option("", _l("Sesuai nama produk")),
            *(
                replace(option(slug, name), optgroup=group)
                for group, categories in groups.items()
                for slug, name in categories
            ),
        ]

    def validate_harga(self, field: Field) -> None:
        """Whole rupiah as people type them."""
        if _read(parse_rupiah, field.data) in (None, 0):
            raise ValidationError(_l("Tulis harga dalam rupiah, misalnya 15.000."))

    def validate_stok(self, field: Field) -> None:
        """Whole pieces; goods made to order have none."""
        if (
            not self.sesuai_pesanan.data
            and _read(lambda text: _whole(text, self.least_stock), field.data) is None
        ):
            raise ValidationError(_l("Tulis jumlah stok dengan angka, misalnya 20."))

    def validate_berat(self, field: Field) -> None:
        """A weight as people type it; empty takes that of the unit."""
        if field.data and _read(parse_weight, field.data) is None:
            raise ValidationError(_l("Tulis berat seperti 250 gram atau 1,5 kg."))

    def validate_kategori(self, field: Field) -> None:
        """A category that there is, or one that the name gives away."""
        known = {slug for group in self.groups.values() for slug, _ in group}
        if not field.data:
            field.data = guess(self.nama.data or "", self.groups)
        if field.data not in known:
            field.data = ""
            # Nothing to guess from: now the answer is needed, and the label must not call it optional.
            field.flags.required = True
            raise ValidationError(_l("Pilih kategori yang paling dekat."))

    def draft(self, photos: Sequence[KeptPhoto]) -> ProductDraft:
        """What the valid form says."""
        on_demand = bool(self.sesuai_pesanan.data)
        return ProductDraft(
            name=self.nama.data or "",
            price=parse_rupiah(self.harga.data or ""),
            unit=self.satuan.data,
            category_slug=self.kategori.data,
            fulfilment=self.pengiriman.data,
            stock=0 if on_demand else _whole(self.stok.data or "", self.least_stock),
            on_demand=on_demand,
            description=self.keterangan.data or "",
            shipping_weight_g=parse_weight(self.berat.data) if self.berat.data else None,
            photos=photos,
        )


class EditForm(ProductForm):
    """The same for goods that are there: an empty shelf is allowed."""

    least_stock = 0
    always_answered = ("satuan", "stok", "pengiriman")


def values_of(product: Product) -> dict[str, Any]:
    """What the form shows of a product."""
    variant = product.variants[0]
    return {
        "nama": product.name,
        "harga": f"{variant.price:,}".replace(",", "."),
        "satuan": product.unit,
        "stok": str(variant.on_hand),
        "stok_semula": str(variant.on_hand),
        "sesuai_pesanan": variant.on_demand,
        "kategori": product.category_slug,
        "keterangan": product.description,
        "berat": f"{product.shipping_weight_g:,} gram".replace(",", "."),
        "pengiriman": product.fulfilment,
    }


def whole_number(text: str | None) -> int | None:
    """A count as people type it (`20`, `1.200`), or None."""
    return _read(lambda typed: _whole(typed, 0), text)


def _read(reader: Callable[[str], int], text: str | None) -> int | None:
    try:
        return reader(text or "")
    except ValueError:
        return None
