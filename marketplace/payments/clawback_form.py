"""Decides what finance's form about money that a provider took back asks, and what was typed comes to."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from marketplace.kit.errors import Invalid
from marketplace.kit.money import parse_rupiah
from marketplace.orders.models import SellerOrder
from marketplace.payments import owing
from marketplace.payments.clawback_models import Clawback
from marketplace.payments.covering import LONGEST_NOTE, Placement
from marketplace.payments.models import PaymentSplit, Refund
from marketplace.payments.owing import Wish
from marketplace.payments.parting import Left
from marketplace.payments.refund_form import LineField, line_fields, pieces_of


@dataclass(frozen=True)
class OrderFields:
    """The fields of one seller order: its lines by pieces, its delivery, or an amount of it."""

    order: SellerOrder
    lines: Sequence[LineField]
    left: Left
    rest: int
    delivery: bool
    amount: str

    @property
    def delivery_field(self) -> str:
        """The field's name."""
        return f"ongkir-{self.order.id}"

    @property
    def amount_field(self) -> str:
        """The field's name."""
        return f"jumlah-{self.order.id}"


@dataclass(frozen=True)
class ClawbackForm:
    """The form as it was sent, or empty: `errors` by field."""

    orders: Sequence[OrderFields]
    owed: Sequence[Refund]
    chosen: tuple[str, ...]
    lost: str
    note: str
    errors: dict[str, str]


def form_of(
    shares: Sequence[PaymentSplit], owed: Sequence[Refund], errors: dict[str, str] | None = None
) -> ClawbackForm:
    """The form about a payment with what the running request brought."""
    typed = request.form
    return ClawbackForm(
        [_fields(share) for share in shares if share.paid > share.owed],
        owed,
        tuple(typed.getlist("dana"))[:50],
        typed.get("rugi", "")[:40],
        typed.get("catatan", "")[: LONGEST_NOTE + 1],
        errors or {},
    )


def placement_of(form: ClawbackForm, clawback: Clawback) -> Placement:
    """What the form says. Of money that came back after it was placed, DesaMart keeps all.

    Raises:
        Invalid: no number where one belongs; `field` names it.
    """
    if len(form.note) > LONGEST_NOTE:
        raise Invalid(_("Paling banyak %(most)s huruf.", most=LONGEST_NOTE), "catatan")
    if clawback.unclear < 0:
        return Placement(lost=clawback.unclear)
    wishes = {fields.order.id: _wish(fields) for fields in form.orders}
    return Placement(wishes, form.chosen, _rupiah(form.lost, "rugi") or 0)


def _fields(share: PaymentSplit) -> OrderFields:
    order, typed = share.seller_order, request.form
    left = owing.left_of(order)
    lines = [field for field in line_fields(order, left) if field.left]
    delivery = bool(typed.get(f"ongkir-{order.id}"))
    rest = share.paid - share.owed
    return OrderFields(order, lines, left, rest, delivery, typed.get(f"jumlah-{order.id}", "")[:40])


def _wish(fields: OrderFields) -> Wish:
    pieces = {line.line_id: pieces_of(line) for line in fields.lines if line.typed.strip()}
    amount = _rupiah(fields.amount, fields.amount_field)
    if amount is not None and (fields.delivery or any(pieces.values())):
        raise Invalid(_("Isi jumlah rupiah atau jumlah barang, tidak keduanya."), fields.amount_field)
    return Wish(pieces, amount, fields.delivery)


def _rupiah(text: str, field: str) -> int | None:
    if not text.strip():
        return None
    try:
        return parse_rupiah(text)
    except ValueError:
        raise Invalid(_("Tulis jumlahnya dengan angka, misalnya 15.000."), field) from None
