"""Decides what the seller's product form asks, and reads what people type into it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
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

from marketplace.catalog import typed
from marketplace.catalog.detail_forms import DetailForm
from marketplace.catalog.detailing import OF_THE_PRODUCT
from marketplace.catalog.guessing import guess
from marketplace.catalog.models import FULFILMENTS, Product, Variant
from marketplace.catalog.photos import KeptPhoto
from marketplace.catalog.publishing import ProductDraft
from marketplace.catalog.units import UNITS, net_weight, parse_weight
from marketplace.kit.languages import said
from marketplace.kit.money import parse_rupiah
from marketplace.kit.options import option

WAYS = [
    option("nasional", _l("Kirim ke mana saja"), note=_l("Tahan perjalanan, bisa lewat kurir.")),
    option("lokal", _l("Antar di Lampung"), note=_l("Lewat Anda, kurir desa, atau titip travel.")),
    option("jemput", _l("Diambil pembeli"), note=_l("Hanya bisa diambil di tempat Anda.")),
    option("jasa", _l("Layanan"), note=_l("Dinikmati di tempat: penginapan, tur, jasa.")),
]


class ProductForm(DetailForm):
    """A product on one screen. Photo, name and price are asked for; the rest has fitting defaults.

    What few sellers need is folded away (`detail_forms.py`); `unfolded` says whether it stands open.
    """

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
    unfolded = False
    always_answered: tuple[str, ...] = ("foto", "satuan", "stok", "pengiriman")
    in_sight = ("foto", "nama", "harga", "satuan", "stok")

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
                replace(option(slug, name), optgroup=said(group))
                for group, categories in groups.items()
                for slug, name in categories
            ),
        ]

    def validate_harga(self, field: Field) -> None:
        """Whole rupiah as people type them."""
        if typed.read(parse_rupiah, field.data) in (None, 0):
            raise ValidationError(_l("Tulis harga dalam rupiah, misalnya 15.000."))

    def validate_stok(self, field: Field) -> None:
        """Whole pieces; goods made to order have none."""
        if (
            not self.sesuai_pesanan.data
            and typed.read(lambda text: typed.whole(text, self.least_stock), field.data) is None
        ):
            raise ValidationError(_l("Tulis jumlah stok dengan angka, misalnya 20."))

    def validate_berat(self, field: Field) -> None:
        """A weight as people type it; empty takes that of the unit."""
        if field.data and typed.read(parse_weight, field.data) is None:
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

    @property
    def stands_open(self) -> bool:
        """Whether the folded part is shown: it was asked for, or something in it must be mended."""
        hidden = (field for name, field in self.every_field().items() if name not in self.in_sight)
        return self.unfolded or any(field.errors for field in hidden)

    def draft(self, photos: Sequence[KeptPhoto], *, hidden: bool = False) -> ProductDraft:
        """What the valid form says; a `hidden` product is kept as a draft."""
        on_demand = bool(self.sesuai_pesanan.data)
        return ProductDraft(
            name=self.nama.data or "",
            price=parse_rupiah(self.harga.data or ""),
            unit=self.satuan.data,
            category_slug=self.kategori.data,
            fulfilment=self.pengiriman.data,
            stock=0 if on_demand else typed.whole(self.stok.data or "", self.least_stock),
            on_demand=on_demand,
            description=self.keterangan.data or "",
            shipping_weight_g=parse_weight(self.berat.data) if self.berat.data else None,
            net_weight_g=parse_weight(self.isi.data) if self.isi.data else None,
            photos=photos,
            details=self.details(),
            hidden=hidden,
        )


class EditForm(ProductForm):
    """The same for goods that are there: an empty shelf is allowed."""

    least_stock = 0
    unfolded = True
    always_answered = ("satuan", "stok", "pengiriman")

    def show_counts(self, on_hand: Mapping[int, int]) -> None:
        """Let the rows of variants carry the pieces (by id) that lie there now."""
        for row in self.varian.entries:
            known = typed.read(typed.whole_id, row.form.id.data)
            if known is not None and known in on_hand:
                row.form.semula.data = str(on_hand[known])


def values_of(product: Product) -> dict[str, Any]:
    """What the form shows of a product."""
    variant = product.variants[0]
    return {
        "nama": product.name,
        "harga": grouped(variant.price),
        "satuan": product.unit,
        "stok": str(variant.on_hand),
        "stok_semula": str(variant.on_hand),
        "sesuai_pesanan": variant.on_demand,
        "kategori": product.category_slug,
        "keterangan": product.description,
        "berat": _grams(product.shipping_weight_g),
        "pengiriman": product.fulfilment,
        "isi": "" if net_weight(product.unit) else _grams(product.net_weight_g),
        "nama_pilihan": variant.name,
        "harga_coret": grouped(variant.compare_price),
        "tingkat": _tiers(variant),
        "varian": [_variant(one) for one in product.variants[1:]],
        **{FIELDS[name]: _shown(getattr(product, name)) for name in OF_THE_PRODUCT},
    }


FIELDS = {
    "min_quantity": "minimal",
    "step": "kelipatan",
    "made_in_days": "siap_hari",
    "harvest_from": "panen_dari",
    "harvest_until": "panen_sampai",
    "order_until": "pesan_sampai",
    "expected_on": "kirim_mulai",
    "grade": "mutu",
    "brand": "merek",
    "is_unggulan": "unggulan",
    "origin_code": "asal",
    "shelf_life_days": "tahan_hari",
    "expires_on": "baik_sampai",
    "length_cm": "panjang",
    "width_cm": "lebar",
    "height_cm": "tinggi",
}


def grouped(number: int | None) -> str:
    """A number as the form shows it: `15.000`; empty where there is none."""
    return "" if number is None else f"{number:,}".replace(",", ".")


def whole_number(text: str | None) -> int | None:
    """A count as people type it (`20`, `1.200`), or None."""
    return typed.read(typed.whole, text)


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "id": str(variant.id),
        "semula": str(variant.on_hand),
        "nama": variant.name,
        "harga": grouped(variant.price),
        "stok": str(variant.on_hand),
        "harga_coret": grouped(variant.compare_price),
        "isi": _grams(variant.net_weight_g),
        "berat": _grams(variant.shipping_weight_g),
        "tingkat": _tiers(variant),
    }


def _tiers(variant: Variant) -> list[dict[str, str]]:
    return [{"mulai": str(start), "harga": grouped(cost)} for start, cost in variant.tiers]


def _grams(weight: int | None) -> str:
    return "" if weight is None else f"{grouped(weight)} gram"


def _shown(value: Any) -> Any:
    """Days as date fields take them, numbers as text, the rest as it is."""
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool):
        return value
    return str(value)
