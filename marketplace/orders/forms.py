"""Decides what the seller's forms ask: why an order is declined, who carries the parcel."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from marketplace.extensions import db
from marketplace.kit.options import option
from marketplace.kit.texts import noted
from marketplace.logistics.models import CourierService
from marketplace.orders.models import SellerOrder

OWN_HANDS = ("sendiri", "kurir-desa")
# Not couriers with a tracking number: the first two are own hands, the buyer comes for the third.
_NO_PARCELS = ("kurir-desa", "titip", "ambil")
_USUAL = re.compile(r"[A-Z0-9]{8,20}")
_POSSIBLE = re.compile(r"[A-Z0-9]{4,40}")


# What is said by one tap; the buyer reads the second.
DECLINE_REASONS = (
    (_l("Barang habis"), noted("Barangnya sedang habis.")),
    (_l("Toko tutup"), noted("Toko sedang tutup.")),
    (_l("Tidak bisa kirim"), noted("Kami tidak bisa mengirim ke alamat ini.")),
)


class DeclineForm(FlaskForm):
    """Why the seller cannot take an order on."""

    alasan = TextAreaField(_l("Alasan"), [Length(max=500, message=_l("Paling banyak 500 huruf."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alasan.flags.required = True

    def validate_alasan(self, field: Field) -> None:
        """The buyer deserves a reason."""
        if not (field.data or "").strip():
            raise ValidationError(_l("Tulis alasannya. Pembeli akan membacanya."))


class ShipForm(FlaskForm):
    """Who carries the parcel, and the number by which it is found."""

    kurir = SelectField(_l("Siapa yang mengantar?"), validate_choice=False)
    resi = StringField(_l("Nomor resi"))
    resi_benar = BooleanField(_l("Nomor resi ini sudah saya cocokkan"))

    def for_order(self, order: SellerOrder) -> "ShipForm":
        """Offer the couriers, the one that the buyer chose first in mind."""
        self.kurir.flags.required = True
        self.kurir.choices = [
            option("sendiri", _l("Saya antar sendiri atau titipkan")),
            option("kurir-desa", _l("Kurir desa")),
            *(option(code, name) for code, name in couriers()),
        ]
        if self.kurir.raw_data is None:
            chosen = order.delivery_service.split("-")[0].lower()
            known = {code for code, _ in couriers()}
            self.kurir.data = chosen if chosen in known else "sendiri"
        return self

    def validate_kurir(self, field: Field) -> None:
        """One of those that were offered."""
        if field.data not in (*OWN_HANDS, *(code for code, _ in couriers())):
            raise ValidationError(_l("Pilih siapa yang mengantar."))

    @property
    def number(self) -> str:
        """The tracking number in the couriers' writing; empty where the seller's own hands carry."""
        if self.kurir.data in OWN_HANDS:
            return ""
        return re.sub(r"[\s-]", "", self.resi.data or "").upper()

    @property
    def unusual(self) -> bool:
        """Whether the number can be one but does not look like it, so that the seller should look again."""
        return bool(_POSSIBLE.fullmatch(self.number)) and not _USUAL.fullmatch(self.number)

    def validate_resi(self, _field: Field) -> None:
        """Couriers' numbers have 8 to 20 letters and digits; another one is taken after a second look."""
        if self.kurir.data in OWN_HANDS:
            return
        if not self.number:
            raise ValidationError(_l("Tulis nomor resi dari kurir."))
        if not _POSSIBLE.fullmatch(self.number):
            raise ValidationError(_l("Nomor resi hanya huruf dan angka, paling banyak 40."))
        if self.unusual and not self.resi_benar.data:
            raise ValidationError(
                _l("Nomor resi biasanya 8 sampai 20 huruf dan angka. Cocokkan lagi, lalu centang di bawah.")
            )


def couriers() -> list[tuple[str, str]]:
    """The couriers that give tracking numbers, as (code, name)."""
    rows = db.session.execute(
        select(CourierService.courier_code, CourierService.courier_name)
        .where(CourierService.courier_code.not_in(_NO_PARCELS))
        .distinct()
        .order_by(CourierService.courier_name)
    )
    return [(code, name) for code, name in rows]
