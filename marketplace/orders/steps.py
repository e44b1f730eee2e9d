"""Decides how a seller order moves: one step at a time along the table of states, and what each brings about.

Every step is a conditional update (`moving.py`); the ways off the straight road stand in `detours.py`. A step
raises Conflict when the table does not allow it now, or when somebody was faster. Nothing here commits.
`actor` is `buyer`, `buyer:<id>`, `seller:<id>`, `operator:<id>` (who helps the seller), `counter:<id>` (who
decides a complaint, or sells over the counter) or `system`.
"""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from marketplace.catalog import stocking
from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.orders import bookkeeping, deadlines, fees, placing
from marketplace.orders.causes import Cause
from marketplace.orders.models import SellerOrder
from marketplace.orders.moving import lock, move
from marketplace.orders.notas import issuing
from marketplace.orders.states import ALLOWED, Status

S = Status
PICKED_UP = ("ambil", "jasa")
_RUN_OUT = {
    S.READY_FOR_PICKUP: noted("Tidak diambil sampai batas waktunya."),
    S.SHIPPED: noted("Dianggap sampai, karena batas waktu di perjalanan terlewati."),
    S.DELIVERY_FAILED: noted("Tidak dikirim lagi sampai batas waktunya."),
}


def accept(seller_order_id: int, *, actor: str, at: datetime) -> SellerOrder:
    """The seller takes the order on."""
    return move(seller_order_id, S.ACCEPTED, actor=actor, at=at)


def decline(seller_order_id: int, *, actor: str, at: datetime, reason: str) -> SellerOrder:
    """The seller cannot fulfil it; the buyer reads the reason.

    Raises:
        Invalid: no reason given.
    """
    if not reason.strip():
        raise Invalid("Tulis alasan penolakan, pembeli akan membacanya.", "alasan")
    return move(seller_order_id, S.DECLINED, actor=actor, at=at, reason=reason.strip()[:500])


def pack(seller_order_id: int, *, actor: str, at: datetime) -> SellerOrder:
    """The goods are packed, and their nota is written: now it can go into the parcel."""
    order = move(seller_order_id, S.PACKED, actor=actor, at=at)
    issuing.issue(order, at=at)
    return order


def ship(
    seller_order_id: int, *, actor: str, at: datetime, courier: str, tracking_number: str = ""
) -> SellerOrder:
    """The goods are on their way, for the first time or once more.

    `courier` is `sendiri` (the seller), `kurir-desa` or a courier's code.

    Who carries them gets the delivery fee (`orders.fees`).

    Raises:
        Invalid: a courier without a tracking number, or goods that are picked up.
    """
    order = lock(seller_order_id)
    if order.delivery_method in PICKED_UP:
        raise Invalid("Pesanan ini diambil pembeli. Tandai “siap diambil”.", "kurir")
    own_hands = courier in ("sendiri", "kurir-desa")
    if not courier or (not own_hands and not tracking_number):
        raise Invalid("Isi kurir dan nomor resinya.", "resi" if courier else "kurir")
    order.courier, order.tracking_number = courier, "" if own_hands else tracking_number
    order.delivery_receiver = fees.delivery_receiver(order.delivery_method, courier)
    return move(seller_order_id, S.SHIPPED, actor=actor, at=at)


def mark_ready(seller_order_id: int, *, actor: str, at: datetime) -> SellerOrder:
    """The buyer can come for the goods.

    Raises:
        Conflict: the goods are to be sent.
    """
    order = move(seller_order_id, S.READY_FOR_PICKUP, actor=actor, at=at)
    if order.delivery_method not in PICKED_UP:
        raise Conflict(_("Pesanan %(number)s dikirim ke pembeli. Isi cara mengirimnya.", number=order.number))
    return order


def deliver(seller_order_id: int, *, actor: str, at: datetime) -> SellerOrder:
    """The goods are with the buyer; with cash orders the cash is with the seller."""
    return move(seller_order_id, S.DELIVERED, actor=actor, at=at)


def receive(seller_order_id: int, *, actor: str, at: datetime) -> SellerOrder:
    """The buyer says that all is well: delivered, if nobody said so before, and completed.

    A complaint is withdrawn by it.
    """
    status = Status(lock(seller_order_id).status)
    if status in (S.SHIPPED, S.READY_FOR_PICKUP):
        deliver(seller_order_id, actor=actor, at=at)
    words = noted("Pembeli menarik komplainnya.") if status == S.DISPUTED else ""
    return complete(seller_order_id, actor=actor, at=at, reason=words)


def complete(
    seller_order_id: int,
    *,
    actor: str,
    at: datetime,
    reason: str = "",
    only_from: tuple[Status, ...] = (),
) -> SellerOrder:
    """The sale stands: it counts for the village, and the seller's money is booked."""
    order = move(seller_order_id, S.COMPLETED, actor=actor, at=at, reason=reason, only_from=only_from)
    order.completed_at = at
    bookkeeping.post_sale(order, at=at)
    # In id order, so that two sales of the same goods do not wait for each other.
    for line in sorted(order.lines, key=lambda line: line.product_id):
        db.session.execute(
            update(Product).where(Product.id == line.product_id).values(sold=Product.sold + line.quantity)
        )
    db.session.flush()
    return order


def cancel(seller_order_id: int, *, actor: str, at: datetime, reason: str = "") -> SellerOrder:
    """The buyer takes the order back, while nobody has begun to work on it."""
    return move(seller_order_id, S.CANCELLED, actor=actor, at=at, reason=reason.strip()[:500])


def line_up(seller_order_ids: Iterable[int]) -> None:
    """Lock several seller orders and all their stock, each in id order, before they move one by one."""
    rows = select(SellerOrder).where(SellerOrder.id.in_(list(seller_order_ids))).order_by(SellerOrder.id)
    orders = db.session.scalars(locked(rows, of=SellerOrder)).unique().all()
    stocking.line_up([line.variant_id for order in orders for line in order.lines])


def mark_paid(seller_order_id: int, *, at: datetime) -> bool:
    """The money for this seller order came in. True if it goes on; False if the money must go back.

    An order whose time was over goes on if its goods are still there.
    """
    order = lock(seller_order_id)
    if Status(order.status) not in (S.AWAITING_PAYMENT, S.EXPIRED):
        return False
    try:
        with db.session.begin_nested():
            stocking.take(placing.wanted(order), reference=order.number, at=at)
    except stocking.OutOfStock:
        if order.status == S.AWAITING_PAYMENT:
            move(
                order.id,
                S.EXPIRED,
                actor="system",
                at=at,
                reason=noted("Stok habis sebelum pembayaran masuk."),
            )
        return False
    order.paid_at = at
    move(order.id, S.AWAITING_CONFIRMATION, actor="system", at=at)
    return True


def run_out(seller_order_id: int, *, at: datetime) -> bool:
    """End a state whose deadline is over. False when somebody was faster or the deadline moved."""
    order = lock(seller_order_id)
    status = Status(order.status)
    if order.deadline_at is None or order.deadline_at > at or status not in deadlines.ENDS_AS:
        return False
    end = deadlines.ENDS_AS[status]
    if end == S.COMPLETED:
        complete(order.id, actor="system", at=at)
    else:
        # Goods that were not fetched, or came back and were not sent again, lie with the seller as they were.
        cause = Cause.NOT_COLLECTED if status == S.READY_FOR_PICKUP else Cause.NONE
        words = _RUN_OUT.get(status, noted("Batas waktu terlewati."))
        move(order.id, end, actor="system", at=at, reason=words, cause=cause)
    return True


def overdue(*, at: datetime, most: int = 200) -> list[int]:
    """Seller orders whose present state should have ended by itself."""
    rows = (
        select(SellerOrder.id)
        .where(SellerOrder.status.in_([s.value for s in deadlines.ENDS_AS]), SellerOrder.deadline_at <= at)
        .order_by(SellerOrder.deadline_at)
        .limit(most)
    )
    return list(db.session.scalars(rows))


def next_steps(order: SellerOrder) -> list[str]:
    """What the seller can do now, as the last part of the form's address: the likeliest first."""
    status, picked_up = Status(order.status), order.delivery_method in PICKED_UP
    return {
        S.AWAITING_CONFIRMATION: ["terima", "tolak"],
        S.ACCEPTED: ["kemas", "batalkan"],
        S.PACKED: ["siap-diambil" if picked_up else "kirim", "batalkan"],
        S.READY_FOR_PICKUP: ["sampai", "kembali"],
        S.SHIPPED: ["sampai", "gagal-kirim"],
        S.DELIVERY_FAILED: ["kirim", "kembali"],
        S.DISPUTED: ["kembali", "selesaikan"],
    }.get(status, [])


def buyer_may_cancel(order: SellerOrder) -> bool:
    """Whether the buyer can still take this order back."""
    return S.CANCELLED in ALLOWED[Status(order.status)]


def buyer_may_confirm(order: SellerOrder) -> bool:
    """Whether the buyer can say that the goods are there, or that a complaint is settled."""
    return Status(order.status) in (S.SHIPPED, S.READY_FOR_PICKUP, S.DELIVERED, S.DISPUTED)
