"""Decides what the form about money that did not fit asks: only what is possible for this money."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length

from marketplace.kit.options import option
from marketplace.payments import parked
from marketplace.payments.models import (
    BY_BANK,
    BY_PROVIDER,
    BY_SELLER,
    COUNTED,
    NOT_OURS,
    PaymentAttempt,
    ProviderEvent,
)

WORDS = {
    BY_BANK: (
        _l("Sudah dikembalikan dari rekening bank DesaMart"),
        _l("Uangnya masih di penyedia dan dibukukan sebagai uang DesaMart."),
    ),
    BY_PROVIDER: (
        _l("Sudah dikembalikan oleh penyedia pembayaran"),
        _l("Misalnya lewat dasbor penyedia. Tidak ada yang dibukukan."),
    ),
    BY_SELLER: (_l("Sudah dikembalikan penjual kepada pembayar"), _l("Uang ini tidak pernah di DesaMart.")),
    COUNTED: (_l("Milik pesanan ini: hitung lunas"), _l("Kelebihan atau kekurangannya sudah dibereskan.")),
    NOT_OURS: (_l("Bukan uang kami, atau salah catat"), _l("Tulis alasannya. Pesanan tidak berubah.")),
}


class ParkedForm(FlaskForm):
    """What happened to the money; what cannot be is not offered."""

    hasil = RadioField(_l("Apa yang terjadi dengan uang ini?"))
    pesanan = StringField(_l("Nomor pesanan"), [Length(max=30, message=_l("Paling banyak 30 huruf."))])
    referensi = StringField(
        _l("Nomor referensi pengiriman"),
        [Length(max=parked.LONGEST_REFERENCE, message=_l("Paling banyak 80 huruf."))],
    )
    catatan = TextAreaField(
        _l("Catatan"), [Length(max=parked.LONGEST_NOTE, message=_l("Paling banyak 300 huruf."))]
    )

    def __init__(
        self, *args: Any, event: ProviderEvent, attempt: PaymentAttempt | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        countable = () if parked.why_not(event, attempt) else (COUNTED,)
        offered = (*parked.ways_back(event), *countable, NOT_OURS)
        self.hasil.choices = [option(code, str(WORDS[code][0]), note=str(WORDS[code][1])) for code in offered]
        self.hasil.flags.required = True
        if attempt is not None or not countable:
            del self.pesanan

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the answers offered, and nothing too long."""
        fine: bool = super().validate(extra_validators)
        if self.hasil.errors:
            self.hasil.errors = [_("Pilih salah satu.")]
        return fine
