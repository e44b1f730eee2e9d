"""Decides what the forms of direct payments ask: which sum came in, or why a proof is refused."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from marketplace.kit.money import parse_rupiah
from marketplace.payments.confirming import LONGEST_REASON


class ReceivedForm(FlaskForm):
    """The sum that was seen in the account; without one, the sum that was asked."""

    jumlah = StringField(_l("Jumlah yang masuk"))

    def __init__(self, *args: Any, asked: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.amount = asked
        self.jumlah.flags.required = True
        if not self.jumlah.data:
            self.jumlah.data = f"{asked:,}".replace(",", ".")

    def validate_jumlah(self, field: Field) -> None:
        """Whole rupiah, above zero."""
        try:
            self.amount = parse_rupiah(field.data)
        except ValueError:
            raise ValidationError(_l("Tulis jumlahnya dengan angka, misalnya 65.123.")) from None
        if self.amount == 0:
            raise ValidationError(_l("Jumlahnya harus lebih dari Rp0."))


class RefusalForm(FlaskForm):
    """Why a proof shows no money that came in."""

    alasan = TextAreaField(
        _l("Alasan"),
        [
            InputRequired(_l("Tulis alasannya. Pembeli akan membacanya.")),
            Length(max=LONGEST_REASON, message=_l("Paling banyak 300 huruf.")),
        ],
    )
