"""Decides what the folded part of the product form asks: how it is sold, its season, its variants."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
)
from wtforms.validators import Length, ValidationError
from wtforms.widgets import DateInput

from marketplace.catalog import typed
from marketplace.catalog.detailing import MOST_AT_ONCE, MOST_VARIANTS, Details, Tiers, VariantDraft
from marketplace.catalog.pricing import MOST_TIERS
from marketplace.catalog.units import parse_weight
from marketplace.kit.money import parse_rupiah
from marketplace.kit.options import option


class Readable:
    """Judges what was typed by reading it; empty is fine. Says the words where nothing can be read."""

    def __init__(self, reader: Callable[[str], Any], words: Any) -> None:
        self.reader, self.words = reader, words

    def __call__(self, _form: Any, field: Field) -> None:
        """Refuse what cannot be read."""
        if field.data and typed.read(self.reader, field.data) is None:
            raise ValidationError(self.words)


def _count(text: str) -> int:
    number = typed.whole(text, 1)
    if number > MOST_AT_ONCE:
        raise ValueError(text)
    return number


def _price(text: str) -> int:
    amount = parse_rupiah(text)
    if amount == 0:
        raise ValueError(text)
    return amount


IS_COUNT = Readable(_count, _l("Tulis dengan angka bulat, misalnya 10."))
IS_PRICE = Readable(_price, _l("Tulis harga dalam rupiah, misalnya 15.000."))
IS_WEIGHT = Readable(parse_weight, _l("Tulis berat seperti 250 gram atau 1,5 kg."))
IS_DAY = Readable(typed.day, _l("Tulis tanggal seperti 20/12/2026."))


def _say(label: Any, *judges: Any, **more: Any) -> StringField:
    return StringField(label, list(judges), **more)


def _day(label: Any) -> StringField:
    return _say(label, IS_DAY, widget=DateInput())


class TierForm(Form):
    """A price from a quantity on."""

    mulai = _say(_l("Mulai jumlah"), IS_COUNT)
    harga = _say(_l("Harga per satuan"), IS_PRICE)

    def validate_harga(self, field: Field) -> None:
        """Both are said or neither."""
        if bool(field.data) != bool(self.mulai.data):
            raise ValidationError(_l("Tulis jumlah dan harganya."))


class VariantForm(Form):
    """A further variant."""

    id = HiddenField()
    semula = HiddenField(default="0")
    nama = _say(_l("Nama pilihan"), Length(max=60, message=_l("Paling banyak 60 huruf.")))
    harga = _say(_l("Harga"), IS_PRICE)
    stok = _say(
        _l("Stok"),
        Readable(typed.whole, _l("Tulis jumlah stok dengan angka, misalnya 20.")),
        default="1",
    )
    harga_coret = _say(_l("Harga semula"), IS_PRICE)
    isi = _say(_l("Isi bersih"), IS_WEIGHT)
    berat = _say(_l("Berat kirim"), IS_WEIGHT)
    tingkat = FieldList(FormField(TierForm, label=_l("Harga grosir")), label=_l("Harga grosir"))
    hapus = BooleanField(_l("Tidak dijual lagi"))

    @property
    def says_something(self) -> bool:
        """Whether the row is about a variant at all."""
        return bool(self.id.data or self.nama.data or self.harga.data)

    def validate_nama(self, field: Field) -> None:
        """A row with a price has a name."""
        if self.harga.data and not (field.data or "").strip():
            raise ValidationError(_l("Beri nama pilihan ini, misalnya 500 gram."))

    def validate_harga(self, field: Field) -> None:
        """A row with a name has a price."""
        if (self.id.data or self.nama.data) and not field.data:
            raise ValidationError(_l("Tulis harganya."))

    def draft(self) -> VariantDraft:
        """What the valid row says."""
        known = typed.read(typed.whole_id, self.id.data) if self.id.data else None
        return VariantDraft(
            name=(self.nama.data or "").strip(),
            price=_price(self.harga.data) if self.harga.data else 0,
            stock=typed.read(typed.whole, self.stok.data) or 0,
            # An id that is none belongs to no product, and is refused as such.
            id=(-1 if known is None else known) if self.id.data else None,
            seen=typed.read(typed.whole, self.semula.data) or 0,
            compare_price=typed.read(_price, self.harga_coret.data),
            net_weight_g=typed.read(parse_weight, self.isi.data),
            shipping_weight_g=typed.read(parse_weight, self.berat.data),
            tiers=tiers_of(self.tingkat),
            withdrawn=bool(self.hapus.data),
        )


class DetailForm(FlaskForm):
    """What may be said beyond photo, name and price. All of it may stay empty."""

    nama_pilihan = _say(_l("Nama pilihan pertama"), Length(max=60, message=_l("Paling banyak 60 huruf.")))
    harga_coret = _say(_l("Harga semula (dicoret)"), IS_PRICE)
    tingkat = FieldList(FormField(TierForm, label=_l("Harga grosir")), label=_l("Harga grosir"))
    varian = FieldList(FormField(VariantForm, label=_l("Pilihan")), label=_l("Pilihan lain"))
    minimal = _say(_l("Pembelian paling sedikit"), IS_COUNT, default="1")
    kelipatan = _say(_l("Bertambah per"), IS_COUNT, default="1")
    siap_hari = _say(_l("Lama membuat (hari)"), IS_COUNT)
    isi = _say(_l("Isi bersih satu satuan"), IS_WEIGHT)
    panen_dari = _day(_l("Panen mulai"))
    panen_sampai = _day(_l("Panen sampai"))
    pesan_sampai = _day(_l("Pesan paling lambat"))
    kirim_mulai = _day(_l("Dikirim mulai"))
    mutu = _say(_l("Mutu"), Length(max=20, message=_l("Paling banyak 20 huruf.")))
    merek = _say(_l("Merek"), Length(max=60, message=_l("Paling banyak 60 huruf.")))
    unggulan = BooleanField(_l("Produk unggulan desa"))
    asal = SelectField(_l("Desa asal"), validate_choice=False)
    tahan_hari = _say(_l("Tahan simpan (hari)"), IS_COUNT)
    baik_sampai = _day(_l("Baik dipakai sampai"))
    panjang = _say(_l("Panjang (cm)"), IS_COUNT)
    lebar = _say(_l("Lebar (cm)"), IS_COUNT)
    tinggi = _say(_l("Tinggi (cm)"), IS_COUNT)

    def offer_origins(self, villages: Sequence[tuple[str, str]]) -> None:
        """Villages from which the goods may come; the first choice is that of the shop."""
        choices = [option("", _l("Desa toko ini")), *(option(code, name) for code, name in villages)]
        known = {code for code, _ in villages}
        if self.asal.data and self.asal.data not in known:
            choices.append(option(self.asal.data, self.asal.data))
        self.asal.choices = choices

    def add_row(self, where: str) -> None:
        """One more empty row of a list: `varian`, `tingkat`, `varian-2-tingkat`. Others change nothing."""
        for name, field in self.rows():
            most = MOST_VARIANTS - 1 if name == "varian" else MOST_TIERS
            if name == where and len(field.entries) < most:
                field.append_entry()

    def rows(self) -> Iterator["tuple[str, FieldList[Any]]"]:
        """The lists of rows, by name."""
        yield "varian", self.varian
        yield "tingkat", self.tingkat
        for entry in self.varian.entries:
            yield f"{entry.name}-tingkat", entry.form.tingkat

    def every_field(self) -> dict[str, Field]:
        """All fields by name, those in rows included."""
        return dict(_walk(self))

    def validate_varian(self, field: "FieldList[Any]") -> None:
        """Not more than anybody would look through."""
        if len(field.entries) >= MOST_VARIANTS:
            raise ValidationError(_l("Paling banyak %(most)s pilihan untuk satu produk.", most=MOST_VARIANTS))

    def details(self) -> Details:
        """What the valid form says."""
        return Details(
            min_quantity=typed.read(_count, self.minimal.data) or 1,
            step=typed.read(_count, self.kelipatan.data) or 1,
            made_in_days=typed.read(_count, self.siap_hari.data),
            harvest_from=_date(self.panen_dari),
            harvest_until=_date(self.panen_sampai),
            order_until=_date(self.pesan_sampai),
            expected_on=_date(self.kirim_mulai),
            grade=(self.mutu.data or "").strip(),
            brand=(self.merek.data or "").strip(),
            is_unggulan=bool(self.unggulan.data),
            origin_code=self.asal.data or "",
            shelf_life_days=typed.read(_count, self.tahan_hari.data),
            expires_on=_date(self.baik_sampai),
            length_cm=typed.read(_count, self.panjang.data),
            width_cm=typed.read(_count, self.lebar.data),
            height_cm=typed.read(_count, self.tinggi.data),
            variant_name=(self.nama_pilihan.data or "").strip(),
            compare_price=typed.read(_price, self.harga_coret.data),
            tiers=tiers_of(self.tingkat),
            variants=[row.form.draft() for row in self.varian.entries if row.form.says_something],
        )


def tiers_of(rows: "FieldList[Any]") -> Tiers:
    """The prices by quantity of valid rows; empty rows say nothing."""
    return tuple(
        (_count(row.form.mulai.data), _price(row.form.harga.data))
        for row in rows.entries
        if row.form.mulai.data and row.form.harga.data
    )


def _date(field: Field) -> date | None:
    return typed.read(typed.day, field.data)


def _walk(form: Any) -> Iterator[tuple[str, Field]]:
    for field in form:
        yield field.name, field
        if isinstance(field, FieldList):
            for entry in field.entries:
                yield entry.name, entry
                yield from _walk(entry.form)
