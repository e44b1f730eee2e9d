"""Decides what is asked about a shop: in its application, on its own page, for holidays, in its review."""

import re
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from marketplace.accounts.forms import read_by
from marketplace.accounts.registering import plain_phone
from marketplace.kit.options import option
from marketplace.sellers.models import KINDS, SECTORS, Shop
from marketplace.sellers.opening import Facts, plain_shop_name

YES, NO = "ya", "tidak"
_NUMBER = re.compile(r"[0-9]{1,5}")


class FactsForm(FlaskForm):
    """What a shop tells of itself; only the phone must be there."""

    telepon = TelField(
        _l("Nomor telepon toko"), [InputRequired(_l("Tulis nomor telepon.")), read_by(plain_phone)]
    )
    bidang = SelectField(_l("Bidang usaha"), validate_choice=False)
    tentang = TextAreaField(_l("Tentang toko"), [Length(max=1000, message=_l("Paling banyak 1.000 huruf."))])
    registrasi = StringField(
        _l("Nomor KPB atau registrasi poktan"), [Length(max=60, message=_l("Paling banyak 60 huruf."))]
    )
    pekerja = StringField(_l("Jumlah orang yang bekerja"))
    perempuan = RadioField(
        _l("Dipimpin perempuan?"),
        choices=[option("", _l("Tidak dijawab")), option(YES, _l("Ya")), option(NO, _l("Tidak"))],
        default="",
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bidang.choices = [option("", _l("Pilih…")), *(option(*pair) for pair in SECTORS.items())]

    def validate_bidang(self, field: Field) -> None:
        """One of those that are offered; a shop that never said may leave it."""
        if field.data and field.data not in SECTORS:
            raise ValidationError(_l("Pilih bidang usaha."))

    def validate_pekerja(self, field: Field) -> None:
        """A number, or nothing."""
        text = (field.data or "").strip()
        if text and not (_NUMBER.fullmatch(text) and int(text) <= 10_000):
            raise ValidationError(_l("Tulis dengan angka, misalnya 3; boleh dikosongkan."))

    @property
    def phone(self) -> str:
        """E.164."""
        return plain_phone(self.telepon.data or "")

    @property
    def about(self) -> str:
        """The words about the shop, without spaces around them."""
        return (self.tentang.data or "").strip()

    @property
    def facts(self) -> Facts:
        """What was answered; None for each question that was not."""
        workers = (self.pekerja.data or "").strip()
        return Facts(
            sector=self.bidang.data or "",
            registration=" ".join((self.registrasi.data or "").split()) or None,
            workers=int(workers) if workers else None,
            woman_led={YES: True, NO: False}.get(self.perempuan.data or ""),
        )


class ShopForm(FactsForm):
    """The application for a shop."""

    nama = StringField(_l("Nama toko"), [InputRequired(_l("Tulis nama toko.")), read_by(plain_shop_name)])
    jenis = SelectField(
        _l("Jenis usaha"), [InputRequired()], choices=[option(*pair) for pair in KINDS.items()]
    )
    bidang = SelectField(
        _l("Bidang usaha"), [InputRequired(_l("Pilih bidang usaha."))], validate_choice=False
    )
    wilayah = HiddenField(_l("Desa"))


class SettingsForm(FactsForm):
    """The shop's own page; the name only until the village has verified it."""

    nama = StringField(_l("Nama toko"), [Optional(), read_by(plain_shop_name)])


def settings_of(shop: Shop) -> dict[str, str]:
    """What the page of settings shows before anybody types."""
    return {
        "nama": shop.name,
        "telepon": shop.phone,
        "bidang": shop.sector,
        "tentang": shop.about,
        "registrasi": shop.registration or "",
        "pekerja": "" if shop.workers is None else str(shop.workers),
        "perempuan": {True: YES, False: NO}.get(shop.woman_led, "") if shop.woman_led is not None else "",
    }


class HolidayForm(FlaskForm):
    """From when until when a shop takes no orders."""

    dari = DateField(_l("Mulai libur"), [InputRequired(_l("Pilih hari pertama."))])
    sampai = DateField(_l("Hari libur terakhir"), [InputRequired(_l("Pilih hari terakhir."))])
    kata = StringField(_l("Pesan untuk pembeli"), [Length(max=200, message=_l("Paling banyak 200 huruf."))])

    @property
    def days(self) -> tuple[date, date]:
        """First and last day."""
        first, last = self.dari.data, self.sampai.data
        if first is None or last is None:
            raise ValueError("asked before the form was valid")
        return first, last


class DecisionForm(FlaskForm):
    """What an operator says about a shop, and the last decision that they were shown."""

    alasan = TextAreaField(_l("Alasan"), [Length(max=500, message=_l("Paling banyak 500 huruf."))])
    yakin = BooleanField(_l("Ya, hentikan toko ini untuk sementara"))
    dilihat = HiddenField()

    @property
    def reason(self) -> str:
        """The words, without spaces around them."""
        return (self.alasan.data or "").strip()

    @property
    def seen(self) -> int | None:
        """The id of the decision shown last; None when the sender did not say."""
        text = self.dilihat.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
