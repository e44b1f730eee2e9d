"""Decides what the demo's card company takes back by itself: a part that waits for finance, and a dispute."""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.operations.demo.stage import till
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments import asking_back
from marketplace.payments.models import PAID, PaymentAttempt
from marketplace.payments.simulator import money_back

PART, FEE = 500_000, 250_000
"""Rp5.000 and Rp2.500, in hundredths of a rupiah as at the card company."""


def take_back(at: datetime) -> None:
    """Of the two newest card sales, a part of one is refunded in the dashboard, the other is disputed."""
    begun = at - timedelta(hours=2)
    sold = (
        select(PaymentAttempt.id, PaymentAttempt.reference)
        .join(Order, Order.id == PaymentAttempt.order_id)
        .join(SellerOrder, SellerOrder.order_id == Order.id)
        .where(
            PaymentAttempt.provider == "stripe",
            PaymentAttempt.status == PAID,
            SellerOrder.status == Status.COMPLETED.value,
            SellerOrder.completed_at < begun,
        )
        .group_by(PaymentAttempt.id, PaymentAttempt.reference)
        .order_by(PaymentAttempt.id.desc())
        .limit(2)
    )
    found = [(attempt_id, str(page)) for attempt_id, page in db.session.execute(sold)]
    db.session.remove()
    world, _client = till(at)
    for (attempt_id, page), action in zip(found, (money_back.REFUND, money_back.DISPUTE), strict=False):
        amount = PART if action == money_back.REFUND else None
        money_back.happen(world, page, action, amount=amount, fee=FEE, at=begun)
        asking_back.ask(attempt_id, at=at)
        db.session.remove()
