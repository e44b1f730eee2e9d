"""Decides what is asked for a seller's consent, for its end, and for a shop without an account."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, FileField, RadioField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Length, ValidationError

from marketplace.accounts.forms import read_by
from marketplace.accounts.registering import plain_phone
from marketplace.kit.options import option
from marketplace.sellers.assist_models import LETTER, SPOKEN
from marketplace.sellers.models import KINDS


class ConsentForm(FlaskForm):
    """How the seller agreed to be helped, at the counter."""

    cara = RadioField(
        _l("Bagaimana penjual memberi izin?"),
        choices=[
            option(
                SPOKEN, _l("Lisan, di gerai"), note=_l("Teksnya dibacakan; seorang saksi ikut mendengar.")
            ),
            option(
                LETTER,
                _l("Surat bertanda tangan"),
                note=_l("Simpan suratnya di gerai; fotonya boleh dilampirkan."),
            ),
        ],
        validate_choice=False,
    )
    saksi = StringField(_l("Nama saksi"), [Length(max=80, message=_l("Paling banyak 80 huruf."))])
    surat = FileField(_l("Foto surat"))
    setuju = BooleanField(_l("Penjual sudah mendengar atau membaca teks izin di atas dan setuju"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.cara, self.setuju):
            field.flags.required = True

    def validate_cara(self, field: Field) -> None:
        """One of the two ways."""
        if field.data not in (SPOKEN, LETTER):
            raise ValidationError(_l("Pilih cara izin diberikan."))

    def validate_saksi(self, field: Field) -> None:
        """What was only spoken needs somebody who heard it."""
        field.data = " ".join((field.data or "").split())
        if self.cara.data == SPOKEN and not field.data:
            raise ValidationError(_l("Tulis nama saksi yang mendengar izin ini."))

    def validate_setuju(self, field: Field) -> None:
        """Without the seller's word there is no consent."""
        if not field.data:
            raise ValidationError(
                _l("Bacakan dulu teksnya. Tanpa persetujuan penjual, bantuan tidak bisa dimulai.")
            )


class AssistedShopForm(ConsentForm):
    """A shop of a seller without an account, and the consent given for it."""

    nama = StringField(
        _l("Nama toko"),
        [InputRequired(_l("Tulis nama tokonya.")), Length(max=80, message=_l("Paling banyak 80 huruf."))],
    )
    jenis = SelectField(
        _l("Jenis usaha"),
        choices=[option(code, label) for code, label in KINDS.items()],
        validate_choice=False,
    )
    telepon = TelField(
        _l("Nomor telepon yang bisa dihubungi pembeli"),
        [InputRequired(_l("Tulis nomor telepon; boleh nomor keluarga atau gerai.")), read_by(plain_phone)],
    )
    desa = SelectField(_l("Desa"), validate_choice=False)

    villages: Mapping[str, str] = {}

    def among(self, villages: Mapping[str, str]) -> "AssistedShopForm":
        """The villages (code to full name) in which this operator may open shops."""
        self.villages = villages
        for field in (self.jenis, self.desa):
            field.flags.required = True
        self.desa.choices = [option(code, label) for code, label in villages.items()]
        return self

    def validate_desa(self, field: Field) -> None:
        """One of the operator's own villages."""
        if field.data not in self.villages:
            raise ValidationError(_l("Pilih desa dari daftar."))

    def validate_jenis(self, field: Field) -> None:
        """One of the kinds there are."""
        if field.data not in KINDS:
            raise ValidationError(_l("Pilih jenis usaha."))


class EndForm(FlaskForm):
    """Why the help ends; may be left empty."""

    alasan = StringField(_l("Alasan"), [Length(max=200, message=_l("Paling banyak 200 huruf."))])
