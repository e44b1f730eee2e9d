"""Listens to refunds and to orders that end without delivery: what goes back corrects the nota."""

from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import locked
from marketplace.orders.models import SellerOrder
from marketplace.orders.notas import issuing


def correct_nota(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """What a packed order or a refund takes back is corrected on the nota, once per event.

    One handler for both, so that they are heard in the order in which they happened: what the end of an order
    has taken back, its refund does not take back again.
    """
    order = _locked(event)
    told = event.payload
    if "refund_id" not in told:
        issuing.take_back(order, at=event.happened_at)
        return
    issuing.give_back(
        order,
        refund_id=told["refund_id"],
        lines=[(line_id, pieces, rupiah) for line_id, pieces, rupiah in told["lines"]],
        delivery=told["delivery"],
        amount=told["amount"],
        at=event.happened_at,
    )


def _locked(event: OutboxEvent) -> SellerOrder:
    rows = select(SellerOrder).where(SellerOrder.id == event.payload["seller_order_id"])
    return db.session.scalars(locked(rows, of=SellerOrder)).unique().one()
