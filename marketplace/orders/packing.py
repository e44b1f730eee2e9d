"""Decides what lies ready to be packed, what to take from the shelf for it, and packs many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, NotFound
from marketplace.orders import steps
from marketplace.orders.models import SellerOrder
from marketplace.orders.seller_pages import may_be_reached
from marketplace.orders.states import Status
from marketplace.sellers.models import Shop

MOST = 100


@dataclass(frozen=True)
class Pick:
    """What to take from the shelf of one variant, for all orders together."""

    name: str
    quantity: int
    unit: str


@dataclass(frozen=True)
class Outcome:
    """What became of one order of many; `refusal` is empty when it is packed now."""

    number: str
    refusal: str = ""


def waiting(shop: Shop) -> list[SellerOrder]:
    """The shop's accepted and packed orders, accepted ones and early deadlines first; 100 at most."""
    rows = (
        select(SellerOrder)
        .where(
            SellerOrder.shop_id == shop.id,
            SellerOrder.status.in_([Status.ACCEPTED.value, Status.PACKED.value]),
        )
        .options(selectinload(SellerOrder.lines))
        .order_by(SellerOrder.status, SellerOrder.deadline_at, SellerOrder.id)
        .limit(MOST)
    )
    return list(db.session.scalars(rows).unique())


def picks(orders: Iterable[SellerOrder]) -> list[Pick]:
    """What to take from the shelf for these orders, summed by variant, in the order of the names."""
    sums: dict[tuple[str, str, int], int] = {}
    for line in (line for order in orders for line in order.lines):
        name = f"{line.product_name}, {line.variant_name}" if line.variant_name else line.product_name
        key = (name, line.unit, line.variant_id)
        sums[key] = sums.get(key, 0) + line.quantity
    return [Pick(name, quantity, unit) for (name, unit, _), quantity in sorted(sums.items())]


def chosen(shop: Shop, numbers: Sequence[str]) -> list[SellerOrder]:
    """The orders with these numbers, in this order, for their labels.

    Raises:
        NotFound: none is asked for, or one of them is not the shop's.
        Conflict: one has ended or is not paid, so that its buyer's address is not shown.
    """
    wanted = list(dict.fromkeys(numbers))[:MOST]
    rows = db.session.scalars(
        select(SellerOrder).where(SellerOrder.shop_id == shop.id, SellerOrder.number.in_(wanted))
    )
    found = {order.number: order for order in rows.unique()}
    if not wanted or len(found) != len(wanted):
        raise NotFound("Salah satu pesanan ini tidak ada di toko Anda.")
    for order in found.values():
        if not may_be_reached(order):
            raise Conflict(
                _(
                    "Label %(number)s tidak bisa dicetak: alamat pembelinya tidak ditampilkan.",
                    number=order.number,
                )
            )
    return [found[number] for number in wanted]


def pack_many(shop: Shop, numbers: Sequence[str], *, actor: str, at: datetime) -> list[Outcome]:
    """Pack the shop's orders one by one; what cannot be packed (any more) holds up none of the others.

    Raises:
        NotFound: one of them is not the shop's.
    """
    wanted = list(dict.fromkeys(numbers))[:MOST]
    rows = db.session.execute(
        select(SellerOrder.id, SellerOrder.number)
        .where(SellerOrder.shop_id == shop.id, SellerOrder.number.in_(wanted))
        .order_by(SellerOrder.id)
    ).all()
    if len(rows) != len(wanted):
        raise NotFound("Salah satu pesanan ini tidak ada di toko Anda.")
    return [_pack(row.id, row.number, actor, at) for row in rows]


def _pack(seller_order_id: int, number: str, actor: str, at: datetime) -> Outcome:
    try:
        with db.session.begin_nested():
            steps.pack(seller_order_id, actor=actor, at=at)
    except Conflict as refusal:
        return Outcome(number, refusal.message)
    return Outcome(number)
