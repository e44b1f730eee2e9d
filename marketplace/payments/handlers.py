"""Listens to the orders: money goes back, cash is written down, what came back no longer counts as sold."""

from datetime import datetime

from sqlalchemy import func, select, update

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import locked
from marketplace.orders.models import OrderLine, SellerOrder
from marketplace.payments import cash_in_hand, clawing, owing
from marketplace.payments.models import (
    CANCELLED,
    CREATED,
    DIRECT,
    EXPIRED,
    PENDING,
    UNDELIVERED,
    PaymentAttempt,
    PaymentSplit,
    Refund,
    RefundLine,
)


def return_money(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """A seller order ended without delivery: what was paid for it is owed back, by who has it."""
    rows = select(PaymentSplit).where(
        PaymentSplit.seller_order_id == event.payload["seller_order_id"], PaymentSplit.paid > 0
    )
    for split in db.session.scalars(rows).unique():
        # What a provider took before is a part of what goes back now, and does not go twice.
        clawing.give_first(split, at=event.happened_at)
        owing.owe(split, reason=UNDELIVERED, at=event.happened_at)


def end_asking(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """A seller order ended unpaid: its seller is not to be paid any more. Money that comes still counts."""
    shares = select(PaymentSplit.attempt_id).where(
        PaymentSplit.seller_order_id == event.payload["seller_order_id"]
    )
    rows = select(PaymentAttempt).where(
        PaymentAttempt.id.in_(shares),
        PaymentAttempt.provider.in_(DIRECT),
        PaymentAttempt.status.in_((CREATED, PENDING)),
    )
    for attempt in db.session.scalars(locked(rows, of=PaymentAttempt)).unique():
        attempt.status = EXPIRED if event.kind == "seller_order.expired" else CANCELLED


def record_cash(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """Goods were handed over: if for cash, the seller has it."""
    child = db.session.get_one(SellerOrder, event.payload["seller_order_id"])
    cash_in_hand.record(child, at=event.happened_at)


def count_back(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """What goods are liked is told by pieces that were kept: those of a refund no longer count as sold.

    A refund after the sale is taken off when it is made, the earlier ones when the sale has been counted.
    """
    told = event.payload
    which = (
        (Refund.id == told["refund_id"]) & Refund.after_sale
        if "refund_id" in told
        else (OrderLine.seller_order_id == told["seller_order_id"]) & ~Refund.after_sale
    )
    pieces = (
        select(OrderLine.product_id, func.sum(RefundLine.quantity))
        .join_from(RefundLine, OrderLine)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(which, RefundLine.quantity > 0)
        .group_by(OrderLine.product_id)
        .order_by(OrderLine.product_id)
    )
    for product_id, back in db.session.execute(pieces).all():
        row = update(Product).where(Product.id == product_id)
        db.session.execute(row.values(sold=Product.sold - int(back)))
