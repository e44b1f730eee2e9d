"""Listens to orders: what goes back corrects the nota, what is answered counts for the shop's rate."""

from datetime import datetime

from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.orders import answering
from marketplace.orders.models import SellerOrder
from marketplace.orders.moving import lock
from marketplace.orders.notas import issuing


def correct_nota(event: OutboxEvent, at: datetime) -> None:  # noqa: ARG001 - handlers are called alike
    """What a packed order or a refund takes back is corrected on the nota, once per event.

    One handler for both, so that they are heard in the order in which they happened: what the end of an order
    has taken back, its refund does not take back again.
    """
    order = lock(event.payload["seller_order_id"])
    if event.kind == issuing.REFUNDED:
        issuing.give_back(order, event.payload, at=event.happened_at)
    else:
        issuing.take_back(order, at=event.happened_at)


def count_answer(event: OutboxEvent, at: datetime) -> None:
    """An order was answered, or its time to be answered may be over: the shop's rate is counted anew."""
    order = db.session.get_one(SellerOrder, event.payload["seller_order_id"])
    answering.recount(order.shop_id, at=at)
