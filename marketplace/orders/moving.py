"""Decides how one step along the table of states is written: on condition, with event, deadline and goods."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from marketplace.catalog import stocking
from marketplace.extensions import db
from marketplace.kit.errors import Conflict
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import append, locked
from marketplace.orders import deadlines
from marketplace.orders.causes import Cause
from marketplace.orders.models import SellerOrder, SellerOrderEvent
from marketplace.orders.states import ALLOWED, LABELS, UNDELIVERED, Status


def lock(seller_order_id: int) -> SellerOrder:
    """The seller order as it is now; nobody else changes it until the transaction ends."""
    rows = select(SellerOrder).where(SellerOrder.id == seller_order_id)
    return db.session.scalars(locked(rows, of=SellerOrder)).unique().one()


def move(
    seller_order_id: int,
    to: Status,
    *,
    actor: str,
    at: datetime,
    reason: str = "",
    cause: Cause = Cause.NONE,
    only_from: tuple[Status, ...] = (),
) -> SellerOrder:
    """Take one step: status, deadline, event row and outbox; goods go back where it ends undelivered.

    `only_from` narrows what the table allows, for steps that are somebody's answer to one state.

    Raises:
        Conflict: the step is not allowed from the present state, or somebody was faster.
    """
    order = lock(seller_order_id)
    origin = Status(order.status)
    if to not in ALLOWED[origin] or (only_from and origin not in only_from):
        raise Conflict(
            _(
                "Pesanan %(number)s sekarang “%(label)s”, jadi langkah ini tidak bisa lagi.",
                number=order.number,
                label=_(LABELS[origin]),
            )
        )
    db.session.flush()
    deadline = deadlines.deadline_of(to, at, prepaid=order.prepaid, expected_on=order.expected_on)
    moved = db.session.execute(
        update(SellerOrder)
        .where(SellerOrder.id == order.id, SellerOrder.status == origin.value)
        .values(status=to.value, deadline_at=deadline)
        .execution_options(synchronize_session="fetch")
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            _("Pesanan %(number)s baru saja diubah orang lain. Muat ulang halaman ini.", number=order.number)
        )
    step = {"seller_order_id": order.id, "from_status": origin.value, "to_status": to.value, "at": at}
    append(SellerOrderEvent, step | {"actor": actor, "reason": reason, "cause": cause.value})
    if to in UNDELIVERED:
        stocking.give_back(order.number, at=at)
    announce(
        f"seller_order.{to.value}",
        f"seller_order:{order.id}",
        {"seller_order_id": order.id, "from": origin.value},
        at=at,
    )
    db.session.flush()
    return order
