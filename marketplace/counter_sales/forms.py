"""Decides what is asked at the counter: pieces, way to pay, perhaps who buys; why a sale is taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, TelField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from marketplace.accounts.registering import plain_phone
from marketplace.counter_sales.laid import MOST_KINDS
from marketplace.kit.errors import Invalid
from marketplace.kit.options import option
from marketplace.orders.carts import MOST_PIECES
from marketplace.orders.office_form import OfficeForm

PREFIX = "jumlah-"
LONGEST_ID = 12


@dataclass(frozen=True)
class Typed:
    """The numbers of pieces of a form by variant id: as read, as typed, and why one could not be read."""

    pieces: Mapping[int, int] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)


def read_pieces(form: Mapping[str, str]) -> Typed:
    """Read the fields `jumlah-<variant id>`; 0 or nothing takes the goods away."""
    texts = {
        int(variant_id): text.strip()
        for name, text in form.items()
        if name.startswith(PREFIX) and is_id(variant_id := name.removeprefix(PREFIX))
    }
    pieces: dict[int, int] = {}
    reasons: dict[int, str] = {}
    for each, text in list(texts.items())[:MOST_KINDS]:
        number = _number(text)
        if number is None:
            reasons[each] = _("Jumlah antara 0 dan %(most)s.", most=MOST_PIECES)
        elif number:
            pieces[each] = number
    return Typed(pieces, texts, reasons)


def is_id(text: str) -> bool:
    """Whether it can be the id of a variant: more digits fit in no database."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


class SaleForm(OfficeForm):
    """How it is paid, perhaps a telephone, perhaps an office. `total` is what the operator has read."""

    pembayaran = RadioField(
        _l("Dibayar dengan"), [InputRequired(_l("Pilih cara pembayaran."))], validate_choice=False
    )
    telepon = TelField(_l("Nomor telepon pembeli"))
    total = HiddenField()

    def offer(self, ways: Sequence[tuple[str, str, str]]) -> None:
        """Let these be chosen from: code, name, what happens with the money."""
        self.pembayaran.choices = [option(code, name, note=note) for code, name, note in ways]
        self.pembayaran.flags.required = True

    def validate_telepon(self, field: Field) -> None:
        """Nobody has to leave one; who does, leaves a whole one."""
        try:
            field.data = plain_phone(field.data) if (field.data or "").strip() else ""
        except Invalid as refusal:
            raise ValidationError(refusal.message) from None

    @property
    def seen(self) -> int:
        """The total that was read, in rupiah; -1 where the form does not say."""
        number = _number(self.total.data or "", digits=15)
        return -1 if number is None else number


class TakeBackForm(FlaskForm):
    """Why a sale is taken back, and that the buyer has the money."""

    alasan = TextAreaField(
        _l("Alasan"), [Length(max=300, message=_l("Paling banyak 300 huruf."))], render_kw={"rows": 2}
    )
    setuju = BooleanField(_l("Uangnya sudah saya kembalikan kepada pembeli, dan barangnya kembali ke rak"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in (self.alasan, self.setuju):
            each.flags.required = True

    def validate_alasan(self, field: Field) -> None:
        """The seller reads it."""
        if not (field.data or "").strip():
            raise ValidationError(_l("Tulis mengapa penjualan ini ditarik."))

    def validate_setuju(self, field: Field) -> None:
        """Only what has been done is written down."""
        if not field.data:
            raise ValidationError(_l("Kembalikan dulu uangnya, lalu centang."))


def _number(text: str, *, digits: int = len(str(MOST_PIECES))) -> int | None:
    """A whole number of so many digits at most; nothing typed is 0, anything else None."""
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None
