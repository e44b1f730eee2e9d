"""Midtrans payments of a test: the provider is the simulator on the test's own data, reached in process."""

from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.orders.models import Order
from marketplace.payments import starting
from marketplace.payments.gateway import set_up
from marketplace.payments.models import PaymentAttempt
from tests.payments.midtrans_stage import Stage


class WalletDesk:
    """Opens Snap's pages for orders, lets things happen there, and carries the notifications to the webhook.

    Make and call it inside an application context, outside a transaction.
    """

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder / "simulasi-midtrans.sqlite")
        set_up(current_app, self.stage.gateway)
        self.answers: list[tuple[int, str]] = []

    def open(self, order_id: int, *, at: datetime) -> str:
        """Begin to pay; Midtrans' name for the page."""
        self.stage.at = self.stage.wire.at = at
        starting.begin(order_id, public_url="http://desamart.test", token="", email=None, at=at)
        newest = select(PaymentAttempt).where(PaymentAttempt.order_id == order_id)
        attempt = db.session.scalars(newest.order_by(PaymentAttempt.id.desc())).unique().first()
        assert attempt is not None and attempt.reference == attempt.key
        return attempt.reference

    def pay(self, page: str, *, at: datetime, method: str = "qris", taken: str | None = None) -> None:
        """The buyer pays; the notification waits."""
        self.stage.at = self.stage.wire.at = at
        paid = self.stage.world.pay(page, at=at, method=method, taken=taken)
        self.stage.world.tell(paid, paid.status, times=1, due_at=at)

    def carry(self) -> list[tuple[int, str]]:
        """What waits is sent to the shop's webhook; how it answered."""
        self.answers.clear()
        self.stage.tick()
        client = current_app.test_client()
        for body, _headers in self.stage.heard:
            answer = client.post("/webhook/midtrans", data=body)
            self.answers.append((answer.status_code, answer.text))
        self.stage.heard.clear()
        return list(self.answers)

    def paid(self, order: Order, *, at: datetime, method: str = "qris") -> str:
        """The whole way: page opened, paid, heard."""
        page = self.open(order.id, at=at)
        self.pay(page, at=at, method=method)
        assert self.carry() == [(200, "applied")]
        return page
