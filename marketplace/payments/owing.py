"""Decides when a buyer gets money back, and how much: what is left of a share, or what the seller says."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.money import rupiah
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import locked
from marketplace.orders import moving
from marketplace.orders.models import OrderLine, SellerOrder
from marketplace.orders.states import LABELS, Status
from marketplace.payments import giving_back, parting
from marketplace.payments.clawback_models import Clawback
from marketplace.payments.gateway import ABILITIES, HOLDING
from marketplace.payments.models import (
    BY_BANK,
    BY_PROVIDER,
    BY_SELLER,
    BY_SELLERS_WORD,
    LATE,
    PaymentAttempt,
    PaymentSplit,
    Refund,
    RefundLine,
)
from marketplace.payments.parting import Left, LineLeft, Parts

REFUNDABLE = (
    *(Status.ACCEPTED, Status.PACKED, Status.READY_FOR_PICKUP, Status.SHIPPED, Status.DELIVERY_FAILED),
    *(Status.DELIVERED, Status.DISPUTED, Status.COMPLETED),
)
"""From the moment the seller has taken the order on; before, it is declined."""

LONGEST_AFTER = timedelta(days=180)
"""Card networks take refunds for about half a year; a claim on goods of a village is made long before."""

LONGEST_WORDS = 500


@dataclass(frozen=True)
class Wish:
    """What a seller wants to give back: pieces by order line id (and the delivery), or an `amount` in rupiah.

    `sellable`: the goods are back and can be sold again.
    """

    quantities: Mapping[int, int] = field(default_factory=dict)
    amount: int | None = None
    delivery: bool = False
    sellable: bool = False


def owe(split: PaymentSplit, *, reason: str, at: datetime) -> Refund | None:
    """Owe the buyer what this share was paid and is not owed back yet; None when nothing is left to owe.

    A `late` payment paid for nothing, so its refund has no lines.
    """
    # Without the lock two reasons at once could each owe the whole of it.
    share = _locked_share(split.id)
    rest = share.paid - share.owed
    if rest <= 0:
        return None
    parts = Parts((), 0, rest) if reason == LATE else parting.everything(left_of(share.seller_order))
    made = draft(share, rest, parts, reason=reason, at=at)
    giving_back.book(made, share, at=at)
    keep(made, share)
    if reason != LATE:
        tell(made, share, at)
    return made


def refund(seller_order_id: int, wish: Wish, *, words: str, actor: str, at: datetime) -> Refund:
    """Owe the buyer of a paid seller order a part of it, or all that is left. `words` are for the buyer.

    The seller's earning, the fees, the village's part and the share move by the same rupiah, now or, before
    the sale is booked, with its booking. Sellable goods are put back on the shelf.

    Raises:
        Conflict: the order is not in a state for it, its money is not there, it is too long ago, or what the
            provider took back by itself would find no place any more.
        Invalid: more than is left, nothing at all, or no words; `field` names the field of the form.
    """
    order = moving.lock(seller_order_id)
    share = _paying_share(order, at=at)
    if not words.strip():
        raise Invalid("Tulis alasannya. Pembeli akan membacanya.", "alasan")
    parts = divide(left_of(order), wish)
    _check_taken(share, parts.amount)
    count = select(func.count(Refund.id)).where(
        Refund.split_id == share.id, Refund.reason.startswith(BY_SELLERS_WORD)
    )
    reason = f"{BY_SELLERS_WORD}{(db.session.scalar(count) or 0) + 1}"
    made = draft(share, parts.amount, parts, reason=reason, at=at)
    made.words, made.actor = words.strip()[:LONGEST_WORDS], actor
    made.after_sale = order.status == Status.COMPLETED
    giving_back.book(made, share, at=at)
    if wish.sellable:
        giving_back.restock(made, order, at=at)
    keep(made, share)
    tell(made, share, at)
    return made


def divide(left: Left, wish: Wish) -> Parts:
    """What a wish comes to.

    Raises:
        Invalid: more than is left, or nothing at all.
    """
    if wish.amount is not None:
        if any(wish.quantities.values()):
            raise Invalid("Isi jumlah rupiah atau jumlah barang, tidak keduanya.", "jumlah")
        return parting.by_amount(left, wish.amount)
    return parting.by_lines(left, wish.quantities, delivery=wish.delivery)


def refundable(order: SellerOrder, *, at: datetime) -> bool:
    """Whether the seller may give something back now, as far as the order itself tells."""
    if Status(order.status) not in REFUNDABLE:
        return False
    return order.completed_at is None or at - order.completed_at <= LONGEST_AFTER


def left_of(order: SellerOrder) -> Left:
    """What has not gone back of a seller order yet."""
    sums = (
        func.sum(column)
        for column in (RefundLine.quantity, RefundLine.amount, RefundLine.fee, RefundLine.village_fee)
    )
    gone = {
        line_id: tuple(int(number) for number in numbers)
        for line_id, *numbers in db.session.execute(
            select(RefundLine.order_line_id, *sums)
            .join(OrderLine, OrderLine.id == RefundLine.order_line_id)
            .where(OrderLine.seller_order_id == order.id)
            .group_by(RefundLine.order_line_id)
        )
    }
    delivery, other = db.session.execute(
        select(
            func.coalesce(func.sum(Refund.delivery), 0),
            func.coalesce(func.sum(Refund.amount - Refund.goods - Refund.delivery), 0),
        )
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .where(PaymentSplit.seller_order_id == order.id, Refund.reason != LATE)
    ).one()
    paid_beside = order.total - order.goods_total - order.delivery_fee
    lines = tuple(_left(line, *gone.get(line.id, (0, 0, 0, 0))) for line in order.lines)
    return Left(lines, order.delivery_fee - int(delivery), paid_beside - int(other))


def draft(share: PaymentSplit, amount: int, parts: Parts, *, reason: str, at: datetime) -> Refund:
    """A refund that is not written yet: what goes back of a locked share, and by whom."""
    paid = db.session.get_one(PaymentAttempt, share.attempt_id)
    way = _way(paid, amount)
    return Refund(
        amount=amount,
        reason=reason,
        owed_at=at,
        key=f"dmr-{uuid.uuid4().hex}",
        due_at=at if way == BY_PROVIDER else None,
        way=way,
        goods=parts.goods,
        delivery=parts.delivery,
        fee=parts.fee,
        village_fee=parts.village_fee,
        after_sale=False,
        lines=list(_lines(parts)),
    )


def keep(made: Refund, share: PaymentSplit) -> None:
    """Written last and in one piece: what a refund is never changes afterwards (triggers)."""
    share.owed += made.amount
    made.split = share
    db.session.add(made)
    db.session.flush()


def tell(refund: Refund, share: PaymentSplit, at: datetime) -> None:
    """Who keeps figures, notas and promises hears of a refund."""
    told = {
        "seller_order_id": share.seller_order_id,
        "refund_id": refund.id,
        "amount": refund.amount,
        "delivery": refund.delivery,
        "lines": [[line.order_line_id, line.quantity, line.amount] for line in refund.lines],
    }
    announce("seller_order.refunded", f"seller_order:{share.seller_order_id}", told, at=at)


def _left(line: OrderLine, quantity: int, amount: int, fee: int, village_fee: int) -> LineLeft:
    return LineLeft(
        line.id,
        line.quantity - quantity,
        line.total - amount,
        line.fee - fee,
        line.village_fee - village_fee,
        line.fee_bp,
        line.village_fee_bp,
    )


def _locked_share(split_id: int) -> PaymentSplit:
    rows = select(PaymentSplit).where(PaymentSplit.id == split_id)
    return db.session.scalars(locked(rows, of=PaymentSplit)).unique().one()


def _paying_share(order: SellerOrder, *, at: datetime) -> PaymentSplit:
    """The share that pays for the order, locked: not one whose money came late and goes back anyway."""
    if not refundable(order, at=at):
        if order.status == Status.COMPLETED:
            raise Conflict("Pesanan ini selesai lebih dari 180 hari yang lalu, jadi tidak bisa lagi di sini.")
        standing = _(LABELS[order.status])
        raise Conflict(
            _(
                "Pesanan %(number)s sekarang “%(standing)s”, jadi langkah ini tidak bisa.",
                number=order.number,
                standing=standing,
            )
        )
    too_late = select(Refund.id).where(Refund.split_id == PaymentSplit.id, Refund.reason == LATE)
    rows = select(PaymentSplit).where(
        PaymentSplit.seller_order_id == order.id, PaymentSplit.paid > 0, ~too_late.exists()
    )
    share = db.session.scalars(locked(rows, of=PaymentSplit)).unique().one_or_none()
    if share is None:
        raise Conflict(
            _("Uang pesanan %(number)s belum tercatat masuk. Coba lagi sebentar lagi.", number=order.number)
        )
    return share


def _check_taken(share: PaymentSplit, amount: int) -> None:
    """What a provider took of the payment and nobody has placed yet must fit into what is not owed.

    If it is all that the payment still comes to, it pays for what is owed, too.
    """
    unclear = select(func.sum(Clawback.taken - Clawback.covered - Clawback.lost))
    taken = db.session.scalar(unclear.where(Clawback.attempt_id == share.attempt_id)) or 0
    paid = PaymentSplit.paid
    sums = select(func.sum(paid - PaymentSplit.owed), func.sum(paid - PaymentSplit.refunded))
    rest, all_left = db.session.execute(sums.where(PaymentSplit.attempt_id == share.attempt_id)).one()
    if 0 < taken != all_left and amount > rest - taken:
        raise Conflict(
            _(
                "Penyedia pembayaran sudah menarik %(taken)s dari pembayaran ini dan belum jelas untuk apa. "
                "Tunggu keputusan DesaMart, supaya pembeli tidak menerima dua kali.",
                taken=rupiah(int(taken)),
            )
        )


def _way(paid: PaymentAttempt, amount: int) -> str:
    """Back the way it came, where that way can be gone back."""
    if paid.provider not in HOLDING:
        return BY_SELLER
    can = ABILITIES[paid.provider]
    return BY_PROVIDER if can.refunds and (can.part_refunds or amount == paid.amount) else BY_BANK


def _lines(parts: Parts) -> Iterable[RefundLine]:
    for part in parts.lines:
        yield RefundLine(
            order_line_id=part.line_id,
            quantity=part.quantity,
            amount=part.amount,
            fee=part.fee,
            village_fee=part.village_fee,
        )
