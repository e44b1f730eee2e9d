"""Decides what a seller's form of a refund asks, and what it comes to before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from marketplace.kit.errors import Invalid
from marketplace.kit.money import parse_rupiah
from marketplace.orders.fees import VILLAGE
from marketplace.orders.models import SellerOrder
from marketplace.payments.owing import LONGEST_WORDS, Wish, divide
from marketplace.payments.parting import Left, Parts

MOST_PIECES = 10**6


@dataclass(frozen=True)
class LineField:
    """One line of the order in the form: what can still go back, and what was typed."""

    line_id: int
    name: str
    unit: str
    left: int
    amount: int
    typed: str

    @property
    def field(self) -> str:
        """The field's name."""
        return f"baris-{self.line_id}"


@dataclass(frozen=True)
class Preview:
    """What the buyer gets, and what of it the shop, DesaMart and the village give back, in rupiah."""

    amount: int
    delivery: int
    shop: int
    fee: int
    village: int


@dataclass(frozen=True)
class RefundForm:
    """The form as it was sent, or empty: `errors` by field."""

    lines: Sequence[LineField]
    amount: str
    words: str
    delivery: bool
    sellable: bool
    errors: dict[str, str]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Everything that was typed, to be sent once more."""
        fields = [(line.field, line.typed) for line in self.lines if line.typed]
        fields += [("jumlah", self.amount), ("alasan", self.words)]
        fields += [("ongkir", "1")] if self.delivery else []
        return fields + ([("layak", "1")] if self.sellable else [])


def line_fields(order: SellerOrder, left: Left) -> list[LineField]:
    """Each line of the order with what is left of it, and what the running request brought for it."""
    names = {line.id: line for line in order.lines}
    return [
        LineField(
            line.line_id,
            ", ".join(filter(None, (names[line.line_id].product_name, names[line.line_id].variant_name))),
            names[line.line_id].unit,
            line.quantity,
            line.amount,
            request.form.get(f"baris-{line.line_id}", "")[:20],
        )
        for line in left.lines
    ]


def form_of(order: SellerOrder, left: Left, errors: dict[str, str] | None = None) -> RefundForm:
    """The form with what the running request brought."""
    fields = line_fields(order, left)
    typed = request.form
    return RefundForm(
        fields,
        typed.get("jumlah", "")[:40],
        typed.get("alasan", "")[: LONGEST_WORDS + 1],
        bool(typed.get("ongkir")),
        bool(typed.get("layak")),
        errors or {},
    )


def wish_of(form: RefundForm) -> Wish:
    """What the form asks for.

    Raises:
        Invalid: no number where one belongs, or no words; `field` names it.
    """
    if not form.words.strip():
        raise Invalid(_("Tulis alasannya. Pembeli akan membacanya."), "alasan")
    if len(form.words) > LONGEST_WORDS:
        raise Invalid(_("Alasan paling banyak %(most)s huruf.", most=LONGEST_WORDS), "alasan")
    pieces = {line.line_id: pieces_of(line) for line in form.lines if line.typed.strip()}
    amount = None
    if form.amount.strip():
        try:
            amount = parse_rupiah(form.amount)
        except ValueError:
            raise Invalid(_("Tulis jumlahnya dengan angka, misalnya 15.000."), "jumlah") from None
    return Wish(pieces, amount, form.delivery, form.sellable)


def preview(order: SellerOrder, left: Left, wish: Wish) -> Preview:
    """Who gives how much of it.

    Raises:
        Invalid: more than is left, or nothing at all.
    """
    parts: Parts = divide(left, wish)
    carried = parts.delivery if order.delivery_receiver == VILLAGE else 0
    village = parts.village_fee + carried
    return Preview(parts.amount, parts.delivery, parts.amount - parts.fee - village, parts.fee, village)


def pieces_of(line: LineField) -> int:
    """How many pieces were typed.

    Raises:
        Invalid: no whole number.
    """
    text = line.typed.strip()
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_PIECES):
        raise Invalid(_("Tulis banyaknya dengan angka bulat."), line.field)
    return int(text)
