"""Decides what the forms of payouts and settlements ask."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from marketplace.kit.money import parse_rupiah
from marketplace.kit.options import option
from marketplace.payouts.moving import LONGEST_REASON
from marketplace.payouts.settling import LONGEST_REFERENCE
from marketplace.payouts.wording import provider


class ReasonForm(FlaskForm):
    """Why a payout is taken back, or has failed at the bank."""

    alasan = StringField(_l("Alasan"), [Length(max=LONGEST_REASON, message=_l("Paling banyak 300 huruf."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alasan.flags.required = True


class ReferenceForm(FlaskForm):
    """What the bank calls the transfer."""

    referensi = StringField(
        _l("Nomor referensi dari bank"), [Length(max=80, message=_l("Paling banyak 80 huruf."))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referensi.flags.required = True


class SettlementForm(FlaskForm):
    """Money of a provider that arrived in the bank."""

    penyedia = SelectField(_l("Penyedia"))
    jumlah = StringField(_l("Jumlah yang keluar dari penyedia"))
    biaya = StringField(_l("Biaya yang dipotong penyedia"))
    tanggal = DateField(_l("Hari uangnya masuk ke bank"))
    referensi = StringField(
        _l("Referensi di rekening koran"),
        [Length(max=LONGEST_REFERENCE, message=_l("Paling banyak 60 huruf."))],
    )

    def __init__(self, *args: Any, lying: dict[str, int], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.penyedia.choices = [option(code, provider(code)) for code in lying]
        for f in (self.penyedia, self.jumlah, self.tanggal, self.referensi):
            f.flags.required = True
        if not self.tanggal.raw_data:
            self.tanggal.data = today

    def validate_jumlah(self, field: StringField) -> None:
        """Whole rupiah."""
        if _amount(field.data) is None:
            raise ValidationError(_l("Isi jumlah dalam rupiah, misalnya 1.250.000."))

    def validate_biaya(self, field: StringField) -> None:
        """Whole rupiah, or nothing."""
        if (field.data or "").strip() and _amount(field.data) is None:
            raise ValidationError(_l("Isi biaya dalam rupiah, atau kosongkan."))

    @property
    def amount(self) -> int:
        """What left the provider, in rupiah."""
        return _amount(self.jumlah.data) or 0

    @property
    def fee(self) -> int:
        """What the provider kept, in rupiah."""
        return _amount(self.biaya.data) or 0


def _amount(text: str | None) -> int | None:
    try:
        return parse_rupiah(text or "")
    except ValueError:
        return None
