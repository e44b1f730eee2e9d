"""Decides when a shop is reminded of an order's deadline: once for each, when half of its time is left."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from marketplace.extensions import db
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import transaction
from marketplace.notices.models import DeadlineReminder
from marketplace.orders.deadlines import ANSWER, HAND_OVER, TRY_AGAIN
from marketplace.orders.models import SellerOrder
from marketplace.orders.moving import lock
from marketplace.orders.states import Status

# What the shop has to do, and how long it has. Goods that come later count from the day they are there.
LASTS: dict[Status, timedelta] = {
    Status.AWAITING_CONFIRMATION: ANSWER,
    Status.ACCEPTED: HAND_OVER,
    Status.PACKED: HAND_OVER,
    Status.DELIVERY_FAILED: TRY_AGAIN,
}


def remind_due(*, at: datetime, most: int = 100) -> int:
    """Remind shops of orders whose time is half over; answers how many. Opens transactions of its own."""
    told = select(DeadlineReminder.seller_order_id).where(
        DeadlineReminder.seller_order_id == SellerOrder.id,
        DeadlineReminder.deadline_at == SellerOrder.deadline_at,
    )
    rows = (
        select(SellerOrder.id).where(_near(at), ~told.exists()).order_by(SellerOrder.deadline_at).limit(most)
    )
    done = 0
    for seller_order_id in list(db.session.scalars(rows)):
        with transaction():
            done += _remind(seller_order_id, at)
    return done


def _near(at: datetime) -> ColumnElement[bool]:
    return or_(
        *(
            and_(
                SellerOrder.status == status.value,
                SellerOrder.deadline_at > at,
                SellerOrder.deadline_at <= at + lasts / 2,
            )
            for status, lasts in LASTS.items()
        )
    )


def _remind(seller_order_id: int, at: datetime) -> bool:
    """Under the order's lock: it may have moved on, or somebody may have reminded a moment ago."""
    order = lock(seller_order_id)
    deadline, status = order.deadline_at, Status(order.status)
    if deadline is None or status not in LASTS or not at < deadline <= at + LASTS[status] / 2:
        return False
    if db.session.get(DeadlineReminder, (order.id, deadline)):
        return False
    db.session.add(DeadlineReminder(seller_order_id=order.id, deadline_at=deadline, reminded_at=at))
    told = {"seller_order_id": order.id}
    announce("seller_order.deadline_near", f"seller_order:{order.id}", told, at=at)
    return True
