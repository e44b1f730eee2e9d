"""Decides how money that goes back is divided: over the lines of a seller order, its delivery and its fees.

Pure rules, in whole rupiah. What has gone back and what is left always sum to what was sold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _

from marketplace.kit.errors import Invalid
from marketplace.kit.money import rate, rupiah, shares


class LineLeft(NamedTuple):
    """A sold line, less what has gone back of it: pieces, rupiah, fees; the rates of its sale."""

    line_id: int
    quantity: int
    amount: int
    fee: int
    village_fee: int
    fee_bp: int
    village_fee_bp: int


@dataclass(frozen=True)
class Left:
    """What can still go back. `other` was paid for neither goods nor delivery: the code of a transfer."""

    lines: tuple[LineLeft, ...]
    delivery: int
    other: int

    @property
    def goods(self) -> int:
        """The goods, in rupiah."""
        return sum(line.amount for line in self.lines)

    @property
    def total(self) -> int:
        """All of it."""
        return self.goods + self.delivery + self.other


class PartLine(NamedTuple):
    """What goes back of one line: pieces, rupiah, and of these the fees that were taken."""

    line_id: int
    quantity: int
    amount: int
    fee: int
    village_fee: int


@dataclass(frozen=True)
class Parts:
    """What goes back, told by what it was paid for."""

    lines: tuple[PartLine, ...]
    delivery: int = 0
    other: int = 0

    @property
    def goods(self) -> int:
        """The goods, in rupiah."""
        return sum(line.amount for line in self.lines)

    @property
    def fee(self) -> int:
        """What DesaMart gives back of its fee."""
        return sum(line.fee for line in self.lines)

    @property
    def village_fee(self) -> int:
        """What the village gives back of its fee."""
        return sum(line.village_fee for line in self.lines)

    @property
    def amount(self) -> int:
        """What the buyer gets."""
        return self.goods + self.delivery + self.other


def everything(left: Left) -> Parts:
    """All that is left, to the last rupiah."""
    return Parts(_whole(left.lines), left.delivery, left.other)


def by_lines(left: Left, quantities: Mapping[int, int], *, delivery: bool) -> Parts:
    """So many pieces of each line (by line id); what they cost, less what went back of them before.

    The delivery goes back only where it is asked for, or where no goods are left with the buyer.

    Raises:
        Invalid: nothing at all, more pieces than are left, or pieces whose money went back before; `field`
            names the line.
    """
    wanted = {line_id: quantity for line_id, quantity in quantities.items() if quantity}
    if wanted.keys() - {line.line_id for line in left.lines}:
        raise Invalid("Barang ini tidak ada di pesanan.")
    parts = []
    for line in left.lines:
        quantity = wanted.get(line.line_id, 0)
        if not 0 <= quantity <= line.quantity:
            raise Invalid(
                _("Paling banyak %(quantity)s, tidak kurang dari 0.", quantity=line.quantity),
                f"baris-{line.line_id}",
            )
        if quantity:
            amount, _rest = shares(line.amount, [quantity, line.quantity - quantity])
            if not amount:
                raise Invalid(_("Uang untuk barang ini sudah dikembalikan."), f"baris-{line.line_id}")
            parts.append(_part(line, quantity, amount))
    if parts and all(wanted.get(line.line_id) == line.quantity for line in left.lines if line.amount):
        return everything(left)
    found = Parts(tuple(parts), left.delivery if delivery else 0)
    if not found.amount:
        raise Invalid("Isi berapa barang atau berapa rupiah yang dikembalikan.", "jumlah")
    return found


def by_amount(left: Left, amount: int) -> Parts:
    """So many rupiah: of the goods first, divided by what is left of each line, then of the delivery.

    A line whose last rupiah goes back goes back with all its pieces.

    Raises:
        Invalid: not above 0, or more than is left.
    """
    if not 0 < amount <= left.total:
        raise Invalid(
            _("Isi antara Rp1 dan %(total)s, sisa yang belum dikembalikan.", total=rupiah(left.total)),
            "jumlah",
        )
    goods = min(amount, left.goods)
    delivery = min(amount - goods, left.delivery)
    each = shares(goods, [line.amount for line in left.lines])
    parts = (
        _part(line, line.quantity if part == line.amount else 0, part)
        for line, part in zip(left.lines, each, strict=True)
        if part
    )
    return Parts(tuple(parts), delivery, amount - goods - delivery)


def _whole(lines: Iterable[LineLeft]) -> tuple[PartLine, ...]:
    """Lines whose money went back before have nothing to give, even where a piece is left with the buyer."""
    return tuple(_part(line, line.quantity, line.amount) for line in lines if line.amount)


def _part(line: LineLeft, quantity: int, amount: int) -> PartLine:
    """The fee that goes back is what was taken less what the rest owes, so that parts sum to the whole."""
    kept = line.amount - amount
    return PartLine(
        line.line_id,
        quantity,
        amount,
        line.fee - rate(kept, line.fee_bp),
        line.village_fee - rate(kept, line.village_fee_bp),
    )
