"""Decides what is asked where an order leaves the straight road: reasons, and if goods can be sold again."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, TextAreaField
from wtforms.validators import Length, ValidationError

from marketplace.kit.options import option
from marketplace.orders.causes import WORDS, Cause
from marketplace.orders.detours import LONGEST_WORDS
from marketplace.orders.models import SellerOrder
from marketplace.orders.states import Status

TOO_LONG = Length(max=LONGEST_WORDS, message=_l("Paling banyak 500 huruf."))
_CAUSES = {
    "tidak-di-rumah": Cause.NOT_HOME,
    "alamat-salah": Cause.WRONG_ADDRESS,
    "ditolak": Cause.REFUSED,
    "lain": Cause.OTHER,
}
_NOTES = {"ditolak": _l("Dihitung: pembeli yang sering menolak tidak bisa membayar tunai lagi.")}


def _required(form: FlaskForm, *names: str) -> None:
    """What is asked in every case: the label must not call it optional."""
    for name in names:
        form[name].flags.required = True


class CallOffForm(FlaskForm):
    """Why the seller takes an accepted order back."""

    alasan = TextAreaField(_l("Alasan"), [TOO_LONG])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _required(self, "alasan")

    def validate_alasan(self, field: Field) -> None:
        """The buyer deserves a reason."""
        if not (field.data or "").strip():
            raise ValidationError(_l("Tulis alasannya. Pembeli akan membacanya."))


class FailForm(FlaskForm):
    """What happened at the door. Words of its own in `alasan`, from a program, count as another reason."""

    alasan = RadioField(
        _l("Apa yang terjadi?"),
        [TOO_LONG],
        choices=[
            option(value, WORDS.get(cause, _l("Hal lain")), note=_NOTES.get(value, ""))
            for value, cause in _CAUSES.items()
        ],
        validate_choice=False,
    )
    catatan = TextAreaField(_l("Catatan"), [Length(max=300, message=_l("Paling banyak 300 huruf."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _required(self, "alasan")

    def validate_alasan(self, field: Field) -> None:
        """One of the reasons, or words."""
        if not (field.data or "").strip():
            raise ValidationError(_l("Pilih apa yang terjadi."))

    def validate_catatan(self, field: Field) -> None:
        """Another reason needs words."""
        if self.alasan.data == "lain" and not (field.data or "").strip():
            raise ValidationError(_l("Tulis apa yang terjadi."))

    @property
    def cause(self) -> Cause:
        """Why, as it is remembered."""
        return _CAUSES.get(self.alasan.data or "", Cause.OTHER)

    @property
    def note(self) -> str:
        """What the seller wrote."""
        typed = self.catatan.data or ""
        return typed if self.alasan.data in _CAUSES else f"{self.alasan.data} {typed}"


class TakeBackForm(FlaskForm):
    """Whether goods that came back can be sold again; if not, why."""

    layak = RadioField(
        _l("Apakah barangnya masih layak dijual?"),
        choices=[
            option("ya", _l("Ya, kembali ke rak"), note=_l("Jumlah stok bertambah lagi.")),
            option("tidak", _l("Tidak"), note=_l("Rusak, basi, atau hilang. Jumlah stok tetap.")),
        ],
        validate_choice=False,
    )
    alasan = TextAreaField(_l("Alasan"), [TOO_LONG], id="alasan-kembali")

    def for_order(self, order: SellerOrder) -> "TakeBackForm":
        """Goods made to order were never on the shelf, so nothing is asked about it."""
        if "layak" in self and not any(line.stocked for line in order.lines):
            del self.layak
        elif "layak" in self:
            _required(self, "layak")
        if order.status != Status.DISPUTED:
            self.alasan.label.text = _l("Alasan, kalau tidak layak")
        return self

    def validate_layak(self, field: Field) -> None:
        """A yes or a no."""
        if field.data not in ("ya", "tidak"):
            raise ValidationError(_l("Pilih ya atau tidak."))

    def validate_alasan(self, field: Field) -> None:
        """What leaves the shelf for good needs a reason."""
        if not self.sellable and not (field.data or "").strip():
            raise ValidationError(_l("Tulis mengapa barangnya tidak bisa dijual lagi."))

    @property
    def sellable(self) -> bool:
        """Whether nothing speaks against selling the goods once more."""
        return "layak" not in self or bool(self.layak.data != "tidak")


class SettleForm(FlaskForm):
    """How a complaint was settled between the two."""

    alasan = TextAreaField(_l("Bagaimana diselesaikan?"), [TOO_LONG], id="alasan-selesai")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _required(self, "alasan")

    def validate_alasan(self, field: Field) -> None:
        """The buyer deserves to read it."""
        if not (field.data or "").strip():
            raise ValidationError(_l("Tulis bagaimana diselesaikan. Pembeli akan membacanya."))


class DecisionForm(FlaskForm):
    """Who is right in a complaint, and why; both sides read the reason."""

    putusan = RadioField(
        _l("Putusan"),
        choices=[
            option("pembeli", _l("Untuk pembeli"), note=_l("Pesanan dikembalikan, uang pembeli kembali.")),
            option("penjual", _l("Untuk penjual"), note=_l("Pesanan selesai, uang untuk penjual.")),
        ],
        validate_choice=False,
    )
    alasan = TextAreaField(_l("Alasan"), [TOO_LONG])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _required(self, "putusan", "alasan")

    def of(self, number: str) -> "DecisionForm":
        """The form of one complaint among several on a page: its fields are named after it."""
        for field in (self.putusan, self.alasan):
            field.id = field.label.field_id = f"{field.short_name}-{number}"
        return self

    def validate_putusan(self, field: Field) -> None:
        """One of the two sides."""
        if field.data not in ("pembeli", "penjual"):
            raise ValidationError(_l("Pilih putusannya."))

    def validate_alasan(self, field: Field) -> None:
        """Both sides deserve a reason."""
        if not (field.data or "").strip():
            raise ValidationError(_l("Tulis alasannya. Pembeli dan penjual akan membacanya."))
