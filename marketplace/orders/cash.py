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
from marketplace.kit.columns import Moment
from marketplace.kit.errors import Invalid
from marketplace.kit.money import rupiah
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
_REFUSALS = (
    select(func.count(func.distinct(SellerOrder.id)))
    .select_from(SellerOrderEvent)
    .join(SellerOrder, SellerOrder.id == SellerOrderEvent.seller_order_id)
    .join(Order, Order.id == SellerOrder.order_id)
    .where(
        SellerOrderEvent.cause != "",
        SellerOrderEvent.cause.in_([cause.value for cause in REFUSALS]),
        SellerOrderEvent.at > bindparam("since", type_=Moment),
        SellerOrder.status.in_([status.value for status in _NOT_TAKEN]),
        Order.payment_method.in_(WAYS),
        func.coalesce(Order.buyer_key, "") == bindparam("buyer_key"),
    )
)


def line_up(buyer_key: str, limits: CashLimits) -> None:
    """Let orders of one buyer be judged one after the other, where there is something to count."""
    if limits != NO_LIMITS:
        alone_with(f"cash:{buyer_key}")


def check(order: Order, limits: CashLimits, *, at: datetime) -> None:
    """Refuse cash for an order that is about to be placed. Call it after `line_up`, in the same transaction.

    Raises:
        Invalid: too many refusals, too many open cash orders, or too much money in them.
    """
    if is_bound(order.buyer_key, at=at):
        raise Invalid(refusal_words(), "pembayaran")
    if limits == NO_LIMITS:
        return
    number, total = _open(order.buyer_key)
    if limits.orders and number + len(order.children) > limits.orders:
        raise Invalid(
            _(
                "Paling banyak %(orders)s pesanan tunai boleh berjalan sekaligus; Anda punya %(number)s. "
                "Pilih cara bayar lain, atau tunggu sampai pesanan Anda diterima.",
                orders=limits.orders,
                number=number,
            ),
            "pembayaran",
        )
    if limits.rupiah and total + order.total > limits.rupiah:
        raise Invalid(
            _(
                "Pesanan tunai yang berjalan paling banyak %(rupiah)s; dengan yang ini menjadi %(total)s. "
                "Pilih cara bayar lain.",
                rupiah=rupiah(limits.rupiah),
                total=rupiah(total + order.total),
            ),
            "pembayaran",
        )


def is_bound(buyer_key: str, *, at: datetime) -> bool:
    """Whether a buyer has refused too often to be trusted with cash for now."""
    return refusals(buyer_key, at=at) >= MOST_REFUSALS


def refusal_words() -> str:
    """Why cash is not offered, and that other ways are."""
    return (
        "Bayar tunai belum bisa untuk nomor telepon ini, karena beberapa pesanan tunai sebelumnya ditolak "
        "atau tidak diambil. Pilih cara bayar lain."
    )


def refusals(buyer_key: str, *, at: datetime) -> int:
    """Cash orders of the last 180 days that ended because the buyer refused or did not collect them."""
    return int(db.session.scalar(_REFUSALS, {"buyer_key": buyer_key, "since": at - REMEMBERED}) or 0)


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


def _open(buyer_key: str) -> tuple[int, int]:
    """How many cash orders of a buyer lie open, and with how many rupiah."""
    row = db.session.execute(
        select(func.count(SellerOrder.id), func.coalesce(func.sum(SellerOrder.total), 0))
        .join(Order, Order.id == SellerOrder.order_id)
        .where(
            Order.buyer_key == buyer_key,
            Order.payment_method.in_(WAYS),
            SellerOrder.status.in_(_values(_OPEN)),
        )
    ).one()
    return int(row[0]), int(row[1])


def _values(states: Sequence[Status]) -> list[str]:
    return [status.value for status in states]
