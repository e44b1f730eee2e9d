"""Decides the life of a seller order: which states there are, their names, which may follow which.

The table also stands in the database (`seller_order_edge`), where a trigger refuses every other step.
"""

from collections.abc import Iterable
from enum import StrEnum

from marketplace.kit.texts import noted


class Status(StrEnum):
    """States of a seller order, as in docs/states.md."""

    AWAITING_PAYMENT = "awaiting_payment"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    ACCEPTED = "accepted"
    PACKED = "packed"
    READY_FOR_PICKUP = "ready_for_pickup"
    SHIPPED = "shipped"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERED = "delivered"
    DISPUTED = "disputed"
    COMPLETED = "completed"
    EXPIRED = "expired"
    DECLINED = "declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    CANCELLED_BY_SELLER = "cancelled_by_seller"
    RETURNED = "returned"


S = Status

ALLOWED: dict[Status, frozenset[Status]] = {
    S.AWAITING_PAYMENT: frozenset({S.AWAITING_CONFIRMATION, S.EXPIRED, S.CANCELLED}),
    S.AWAITING_CONFIRMATION: frozenset({S.ACCEPTED, S.DECLINED, S.LAPSED, S.CANCELLED}),
    S.ACCEPTED: frozenset({S.PACKED, S.CANCELLED_BY_SELLER, S.LAPSED}),
    S.PACKED: frozenset({S.SHIPPED, S.READY_FOR_PICKUP, S.CANCELLED_BY_SELLER, S.LAPSED}),
    S.READY_FOR_PICKUP: frozenset({S.DELIVERED, S.RETURNED}),
    S.SHIPPED: frozenset({S.DELIVERED, S.DELIVERY_FAILED, S.DISPUTED}),
    S.DELIVERY_FAILED: frozenset({S.SHIPPED, S.RETURNED}),
    S.DELIVERED: frozenset({S.COMPLETED, S.DISPUTED}),
    S.DISPUTED: frozenset({S.COMPLETED, S.RETURNED}),
    S.EXPIRED: frozenset({S.AWAITING_CONFIRMATION}),
    S.COMPLETED: frozenset(),
    S.DECLINED: frozenset(),
    S.LAPSED: frozenset(),
    S.CANCELLED: frozenset(),
    S.CANCELLED_BY_SELLER: frozenset(),
    S.RETURNED: frozenset(),
}

LABELS: dict[str, str] = {
    S.AWAITING_PAYMENT: noted("Menunggu pembayaran"),
    S.AWAITING_CONFIRMATION: noted("Menunggu konfirmasi penjual"),
    S.ACCEPTED: noted("Diterima penjual"),
    S.PACKED: noted("Dikemas"),
    S.READY_FOR_PICKUP: noted("Siap diambil"),
    S.SHIPPED: noted("Dikirim"),
    S.DELIVERY_FAILED: noted("Gagal kirim"),
    S.DELIVERED: noted("Sampai"),
    S.DISPUTED: noted("Dikomplain"),
    S.COMPLETED: noted("Selesai"),
    S.EXPIRED: noted("Kedaluwarsa"),
    S.DECLINED: noted("Ditolak"),
    S.LAPSED: noted("Tidak ditanggapi"),
    S.CANCELLED: noted("Dibatalkan"),
    S.CANCELLED_BY_SELLER: noted("Dibatalkan penjual"),
    S.RETURNED: noted("Dikembalikan"),
}

TONES: dict[str, str] = {
    S.AWAITING_PAYMENT: "warning",
    S.AWAITING_CONFIRMATION: "warning",
    S.ACCEPTED: "info",
    S.PACKED: "info",
    S.READY_FOR_PICKUP: "info",
    S.SHIPPED: "info",
    S.DELIVERED: "success",
    S.COMPLETED: "success",
    S.DELIVERY_FAILED: "danger",
    S.DISPUTED: "danger",
}

# The seller has something to do.
OPEN = (
    S.AWAITING_CONFIRMATION,
    S.ACCEPTED,
    S.PACKED,
    S.READY_FOR_PICKUP,
    S.SHIPPED,
    S.DELIVERY_FAILED,
    S.DISPUTED,
)
# Ended without delivery: the goods go back on the shelf, and money that came in goes back to the buyer.
# The seller has yet to hand the goods over.
BEFORE_HAND_OVER = (S.AWAITING_CONFIRMATION, S.ACCEPTED, S.PACKED)
UNDELIVERED = (S.EXPIRED, S.DECLINED, S.LAPSED, S.CANCELLED, S.CANCELLED_BY_SELLER, S.RETURNED)
ENDED = (S.COMPLETED, *UNDELIVERED)

_WORTH = {status: place for place, status in enumerate(Status)}


def derived_status(children: Iterable[str]) -> Status:
    """The status of an order: that of the child that still has the longest way to go.

    Children that ended without delivery count only when all of them did.
    """
    statuses = [Status(child) for child in children]
    alive = [status for status in statuses if status not in UNDELIVERED]
    return min(alive or statuses, key=_WORTH.__getitem__)
