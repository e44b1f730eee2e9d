"""Decides what is asked about a service at the counter."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from marketplace.kit.options import option
from marketplace.village_services.models import KINDS, ServiceEntry


class ServiceForm(FlaskForm):
    """Day, kind, how many, rupiah; judged in `noting.read`."""

    tanggal = StringField(_l("Tanggal"))
    jenis = SelectField(_l("Layanan"), validate_choice=False)
    jumlah = StringField(_l("Berapa kali"))
    nilai = StringField(_l("Nilai transaksi"))
    jasa = StringField(_l("Jasa untuk gerai"))
    catatan = StringField(_l("Catatan"), render_kw={"maxlength": 120})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jenis.choices = [option("", _l("Pilih…")), *(option(*pair) for pair in KINDS.items())]
        for field in (self.tanggal, self.jenis, self.jumlah):
            field.flags.required = True

    def said(self) -> dict[str, str]:
        """What was typed, by field."""
        names = ("tanggal", "jenis", "jumlah", "nilai", "jasa", "catatan")
        return {name: self[name].data or "" for name in names}

    def of(self, entry: ServiceEntry) -> "ServiceForm":
        """The form filled with a line of the log."""
        said = (entry.day.isoformat(), entry.kind, entry.count, entry.amount, entry.fee, entry.note)
        for name, value in zip(self.said(), said, strict=True):
            self[name].data = str(value)
        return self
