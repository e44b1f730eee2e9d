"""Decides how far a buyer may go with cash: what lies open at once, and what was refused before.

A buyer is a phone, known by its pseudonym (`Order.buyer_key`). Cash binds goods and errands without a rupiah
paid; what sellers elsewhere lose to it are false addresses and refusals at the door. The limits of what lies
open are settings, the rule about refusals is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select

from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.lanes import Rows
from marketplace.kit.money import rupiah
from marketplace.kit.rows import ask, table_of
from marketplace.kit.transaction import alone_with
from marketplace.orders.causes import REFUSALS
from marketplace.orders.models import Order, SellerOrder, SellerOrderEvent
from marketplace.orders.states import Status

S = Status
WAYS = ("cod", "ambil")
MOST_REFUSALS = 3
REMEMBERED = timedelta(days=180)
# The cash of these has not changed hands yet.
_OPEN = (S.AWAITING_CONFIRMATION, S.ACCEPTED, S.PACKED, S.READY_FOR_PICKUP, S.SHIPPED, S.DELIVERY_FAILED)
_ARRIVED = (S.DELIVERED, S.COMPLETED)
_NOT_TAKEN = (S.DELIVERY_FAILED, S.RETURNED)


@dataclass(frozen=True)
class CashLimits:
    """What may lie open for one buyer at once: seller orders, and rupiah. 0 is no limit."""

    orders: int = 0
    rupiah: int = 0


@dataclass(frozen=True)
class CashRecord:
    """A buyer's cash orders of the last 180 days at all shops: how many arrived, how many were not taken."""

    arrived: int
    refused: int


NO_LIMITS = CashLimits()
# Built once, since every checkout asks it. Few events carry a cause, one buyer may have many orders:
# `coalesce` keeps both engines from beginning with the buyer.
_EVENT, _PART, _ORDER = table_of(SellerOrderEvent), table_of(SellerOrder), table_of(Order)
_REFUSALS = (
    select(func.count(func.distinct(_PART.c.id)))
    .join_from(_EVENT, _PART, _PART.c.id == _EVENT.c.seller_order_id)
    .join(_ORDER, _ORDER.c.id == _PART.c.order_id)
    .where(
        _EVENT.c.cause != "",
        _EVENT.c.cause.in_([cause.value for cause in REFUSALS]),
        _EVENT.c.at > bindparam("since"),
        _PART.c.status.in_([status.value for status in _NOT_TAKEN]),
        _ORDER.c.payment_method.in_(WAYS),
        func.coalesce(_ORDER.c.buyer_key, "") == bindparam("buyer_key"),
    )
)
_LYING_OPEN = (
    select(func.count(_PART.c.id), func.coalesce(func.sum(_PART.c.total), 0))
    .join_from(_PART, _ORDER, _ORDER.c.id == _PART.c.order_id)
    .where(
        _ORDER.c.buyer_key == bindparam("buyer_key"),
        _ORDER.c.payment_method.in_(WAYS),
        _PART.c.status.in_([status.value for status in _OPEN]),
    )
)


@dataclass(frozen=True)
class Standing:
    """How a buyer stands with cash: refusals, and what lies open where that is limited."""

    limits: CashLimits
    refusals: Rows
    lying_open: Rows | None


def line_up(buyer_key: str, limits: CashLimits, *, at: datetime) -> Standing:
    """Let orders of one buyer be judged one after the other, where there is something to count."""
    if limits != NO_LIMITS:
        alone_with(f"cash:{buyer_key}")
    lying_open = ask(_LYING_OPEN, buyer_key=buyer_key) if limits != NO_LIMITS else None
    return Standing(limits, _ask_refusals(buyer_key, at), lying_open)


def check(buyer: Standing, *, parts: int, total: int) -> None:
    """Refuse cash for an order of so many `parts` and `total` rupiah that is about to be placed.

    Call it in the transaction of `line_up`.

    Raises:
        Invalid: too many refusals, too many open cash orders, or too much money in them.
    """
    limits = buyer.limits
    if buyer.refusals.scalar_one() >= MOST_REFUSALS:
        raise Invalid(refusal_words(), "pembayaran")
    if buyer.lying_open is None:
        return
    number, owed = (int(each) for each in buyer.lying_open.one())
    if limits.orders and number + parts > limits.orders:
        raise Invalid(
            _(
                "Paling banyak %(orders)s pesanan tunai boleh berjalan sekaligus; Anda punya %(number)s. "
                "Pilih cara bayar lain, atau tunggu sampai pesanan Anda diterima.",
                orders=limits.orders,
                number=number,
            ),
            "pembayaran",
        )
    if limits.rupiah and owed + total > limits.rupiah:
        raise Invalid(
            _(
                "Pesanan tunai yang berjalan paling banyak %(rupiah)s; dengan yang ini menjadi %(total)s. "
                "Pilih cara bayar lain.",
                rupiah=rupiah(limits.rupiah),
                total=rupiah(owed + total),
            ),
            "pembayaran",
        )


def is_bound(buyer_key: str, *, at: datetime) -> bool:
    """Whether a buyer has refused too often to be trusted with cash for now."""
    return refusals(buyer_key, at=at) >= MOST_REFUSALS


def refusal_words() -> str:
    """Why cash is not offered, and that other ways are."""
    return str(
        _(
            "Bayar tunai belum bisa untuk nomor telepon ini, karena beberapa pesanan tunai sebelumnya"
            " ditolak atau tidak diambil. Pilih cara bayar lain."
        )
    )


def refusals(buyer_key: str, *, at: datetime) -> int:
    """Cash orders of the last 180 days that ended because the buyer refused or did not collect them."""
    return int(_ask_refusals(buyer_key, at).scalar_one())


def _ask_refusals(buyer_key: str, at: datetime) -> Rows:
    return ask(_REFUSALS, buyer_key=buyer_key, since=at - REMEMBERED)


def record_of(order: SellerOrder, *, at: datetime) -> CashRecord:
    """What the shop may know of the buyer of a cash order: counts alone, without this order and shops."""
    arrived = db.session.scalar(
        select(func.count(SellerOrder.id))
        .join(Order, Order.id == SellerOrder.order_id)
        .where(
            Order.buyer_key == order.order.buyer_key,
            Order.payment_method.in_(WAYS),
            SellerOrder.status.in_(_values(_ARRIVED)),
            SellerOrder.placed_at > at - REMEMBERED,
            SellerOrder.id != order.id,
        )
    )
    return CashRecord(int(arrived or 0), refusals(order.order.buyer_key, at=at))


def _values(states: Sequence[Status]) -> list[str]:
    return [status.value for status in states]
