"""Decides what the forms of money accounts ask: a bank account, or a static QRIS as a picture or as text."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, FileField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from marketplace.payments import qris_picture
from marketplace.payments.qris import Merchant, read

_NUMBER = re.compile(r"[0-9]{6,20}")


class BankForm(FlaskForm):
    """A bank account, as the bank writes it."""

    bank = StringField(
        _l("Nama bank"),
        [InputRequired(_l("Tulis nama banknya.")), Length(max=40, message=_l("Paling banyak 40 huruf."))],
    )
    nomor = StringField(_l("Nomor rekening"), [InputRequired(_l("Tulis nomor rekeningnya."))])
    nama = StringField(
        _l("Nama pemilik rekening"),
        [
            InputRequired(_l("Tulis nama pemilik seperti di buku tabungan.")),
            Length(max=80, message=_l("Paling banyak 80 huruf.")),
        ],
    )

    @property
    def number(self) -> str:
        """The digits alone."""
        return re.sub(r"[\s.-]", "", self.nomor.data or "")

    def validate_nomor(self, field: Field) -> None:
        """Six to twenty digits: shorter and longer ones no bank of Indonesia has."""
        if field.data and not _NUMBER.fullmatch(self.number):
            raise ValidationError(_l("Nomor rekening terdiri dari 6 sampai 20 angka."))


class QrisForm(FlaskForm):
    """A static QRIS. Before it is kept, a person has looked at the name it pays to."""

    gambar = FileField(_l("Foto stiker QRIS"))
    teks = TextAreaField(_l("Atau tempel teks QRIS"))
    cocok = BooleanField(_l("Nama di atas benar; uang pembeli boleh masuk ke sini"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read: Merchant | None = None

    def look(self) -> Merchant:
        """What was sent, read; its text stands in the form from now on.

        Raises:
            Invalid: neither picture nor text, or none that can be used; the field is named.
        """
        file = self.gambar.data
        if file is not None and file.filename:
            self.read = qris_picture.scan(file.stream)
        else:
            self.read = read(self.teks.data or "")
        self.teks.data = self.read.text
        return self.read
