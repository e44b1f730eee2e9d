"""Decides what the forms of permits ask, and reads what people type into them."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.catalog.permits.kinds import KINDS
from marketplace.catalog.permits.models import REJECTED, VERIFIED
from marketplace.catalog.permits.recording import LONGEST_REASON, PermitDraft
from marketplace.kit.options import option

ALL, SOME = "semua", "sebagian"
_TYPED = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


class Checks(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def day_of(text: str | None) -> date | None:
    """A day as browsers send it (`2027-12-31`) or people type it (`31-12-2027`); None for nothing.

    Raises:
        ValueError: not a day.
    """
    plain = (text or "").strip()
    if not plain:
        return None
    typed = _TYPED.fullmatch(plain)
    if typed and plain.isascii():
        return date(int(typed[3]), int(typed[2]), int(typed[1]))
    return date.fromisoformat(plain)


class PermitForm(FlaskForm):
    """A permit: kind and number are enough; the rest has good defaults."""

    jenis = SelectField(
        _l("Jenis izin"),
        [AnyOf(KINDS, message=_l("Pilih jenis izinnya."))],
        choices=[
            option(key, _l("%(name)s · %(title)s", name=kind.name, title=kind.title))
            for key, kind in KINDS.items()
        ],
        validate_choice=False,
    )
    nomor = StringField(
        _l("Nomor"),
        [InputRequired(_l("Tulis nomor izinnya.")), Length(3, 40, message=_l("Nomor 3 sampai 40 huruf."))],
    )
    pemegang = StringField(
        _l("Atas nama"),
        [
            InputRequired(_l("Tulis nama pemegang izin.")),
            Length(3, 120, message=_l("Nama 3 sampai 120 huruf.")),
        ],
    )
    berakhir = StringField(_l("Berlaku sampai"))
    terbit = StringField(_l("Tanggal terbit"))
    foto = FileField(_l("Foto izin"))
    foto_tersimpan = HiddenField()
    berlaku = RadioField(
        _l("Untuk produk yang mana?"),
        choices=[option(ALL, _l("Semua produk toko ini")), option(SOME, _l("Produk tertentu saja"))],
        default=ALL,
        validate_choice=False,
    )
    produk = Checks(_l("Produknya"), validate_choice=False)

    def __init__(self, *args: Any, goods: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Why the photo that was sent cannot be used; set by who has tried to keep it.
        self.refused_photo = ""
        self.offered = {str(number) for number, _name in goods}
        self.produk.choices = [option(str(number), name) for number, name in goods]
        for name in ("jenis", "berlaku", "produk"):
            self[name].flags.required = True

    def validate_terbit(self, field: Field) -> None:
        """A day, or nothing."""
        _check_day(field)

    def validate_berakhir(self, field: Field) -> None:
        """A day, or nothing."""
        _check_day(field)

    def validate_foto(self, _field: Field) -> None:
        """A picture that can be used, or none."""
        if self.refused_photo:
            raise ValidationError(self.refused_photo)

    def validate_produk(self, field: Field) -> None:
        """Some of them, if it is not for all."""
        if self.berlaku.data == SOME and not self.product_ids:
            raise ValidationError(_l("Centang produk yang disebut di izin ini."))

    @property
    def product_ids(self) -> tuple[int, ...]:
        """The products ticked, of those offered; none where it is for all."""
        ticked = [one for one in self.produk.data or () if one in self.offered]
        return tuple(int(one) for one in ticked) if self.berlaku.data == SOME else ()

    def draft(self, picture_key: str) -> PermitDraft:
        """What the valid form says."""
        return PermitDraft(
            kind=self.jenis.data,
            number=self.nomor.data or "",
            holder=self.pemegang.data or "",
            issued_on=day_of(self.terbit.data),
            expires_on=day_of(self.berakhir.data),
            picture_key=picture_key,
            product_ids=self.product_ids,
        )


class VerdictForm(FlaskForm):
    """What came out of looking at a permit."""

    putusan = RadioField(
        _l("Hasil pemeriksaan"),
        choices=[
            option(VERIFIED, _l("Cocok"), note=_l("Nomor, nama, dan produknya sama dengan izinnya.")),
            option(
                REJECTED, _l("Tidak cocok"), note=_l("Penjual membaca alasannya dan mencatat yang benar.")
            ),
        ],
        validate_choice=False,
    )
    alasan = TextAreaField(
        _l("Alasan kalau tidak cocok"),
        [Length(max=LONGEST_REASON, message=_l("Paling banyak 300 huruf."))],
    )

    def of(self, permit_id: int) -> "VerdictForm":
        """The form with ids of its own, since several stand on one page."""
        for field in (self.putusan, self.alasan):
            field.id = field.label.field_id = f"{field.short_name}-{permit_id}"
        self.putusan.flags.required = True
        return self

    def validate_putusan(self, field: Field) -> None:
        """One of the two."""
        if field.data not in (VERIFIED, REJECTED):
            raise ValidationError(_l("Pilih hasil pemeriksaannya."))

    def validate_alasan(self, field: Field) -> None:
        """A rejection needs words."""
        if self.putusan.data == REJECTED and not (field.data or "").strip():
            raise ValidationError(_l("Tulis alasannya, supaya penjual bisa memperbaiki."))


def _check_day(field: Field) -> None:
    try:
        day_of(field.data)
    except ValueError:
        raise ValidationError(_l("Tulis tanggal seperti 31-12-2030.")) from None
