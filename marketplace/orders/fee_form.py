"""Decides what the page of fee rules asks, and the sentence that says what a rule will do."""

import re
from datetime import date, datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.validators import ValidationError

from marketplace.kit.clock import day_wib, start_of_day
from marketplace.kit.money import rate, rupiah
from marketplace.kit.options import option
from marketplace.orders.fees import PLATFORM, VILLAGE
from marketplace.regions.queries import label, region

EXAMPLE = 100_000
_PERCENT = re.compile(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))? ?%?")


class FeeRuleForm(FlaskForm):
    """Who takes how much of the goods, where, and from which day on."""

    penerima = SelectField(
        _l("Untuk siapa"), choices=[option(PLATFORM, _l("DesaMart")), option(VILLAGE, _l("Desa penjual"))]
    )
    tarif = StringField(_l("Persen dari nilai barang"))
    wilayah = StringField(_l("Kode wilayah"))
    mulai = StringField(_l("Mulai tanggal"))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.penerima.flags.required = self.tarif.flags.required = True

    def validate_tarif(self, field: Field) -> None:
        """A percentage with up to two decimals is exactly a number of basis points."""
        if not _PERCENT.fullmatch((field.data or "").strip()):
            raise ValidationError(_l("Tulis angka seperti 1 atau 0,75, paling banyak dua angka desimal."))

    def validate_mulai(self, field: Field) -> None:
        """A day that is still to come; empty means now."""
        if not (field.data or "").strip():
            return
        try:
            day = date.fromisoformat(field.data.strip())
        except ValueError:
            raise ValidationError(_l("Tulis tanggal seperti 2026-12-01.")) from None
        if day <= day_wib(self.at):
            raise ValidationError(_l("Pilih tanggal setelah hari ini, atau kosongkan agar mulai sekarang."))

    @property
    def bp(self) -> int:
        """The rate in basis points."""
        whole, part = _PERCENT.fullmatch((self.tarif.data or "").strip()).groups()  # type: ignore[union-attr]
        return int(whole) * 100 + int((part or "0").ljust(2, "0"))

    @property
    def valid_from(self) -> datetime:
        """The beginning of the day in WIB, or this moment."""
        text = (self.mulai.data or "").strip()
        return start_of_day(date.fromisoformat(text)) if text else self.at

    @property
    def scope(self) -> str:
        """The code of the region, empty for all."""
        return (self.wilayah.data or "").strip()


def percent(bp: int) -> str:
    """Basis points as people write them: `1%`, `0,5%`."""
    whole, part = divmod(bp, 100)
    return f"{whole}" + (f",{part:02d}".rstrip("0") if part else "") + "%"


def begins(form: FeeRuleForm) -> str:
    """When a rule begins, in words."""
    if not (form.mulai.data or "").strip():
        return str(_("Mulai sekarang"))
    return str(_("Mulai %(time)s WIB", time=format_datetime(form.valid_from, "d MMMM y, HH.mm")))


def preview(form: FeeRuleForm) -> str:
    """What the rule will do, with an example.

    Raises:
        NotFound: the region does not exist.
    """
    who = _("DesaMart") if form.penerima.data == PLATFORM else _("desa penjual")
    where = _("di %(place)s", place=label(region(form.scope))) if form.scope else _("di semua desa")
    words = _(
        "%(begins)s, %(who)s menerima %(rate)s dari nilai barang yang dijual %(where)s. Dari barang seharga "
        "%(goods)s, penjual memberikan %(fee)s. Ongkos kirim tidak dikenai biaya, dan penjualan sebelumnya "
        "tidak berubah.",
        begins=begins(form),
        who=who,
        rate=percent(form.bp),
        where=where,
        goods=rupiah(EXAMPLE),
        fee=rupiah(rate(EXAMPLE, form.bp)),
    )
    return str(words)
