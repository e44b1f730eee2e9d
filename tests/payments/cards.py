"""Card payments of a test: the provider is the simulator on the test's own data, reached in process."""

from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order
from marketplace.payments import receiving, starting
from marketplace.payments.gateway import set_up
from marketplace.payments.models import PaymentAttempt
from marketplace.payments.provider import ProviderReport
from tests.payments.stripe_stage import Stage


class CardDesk:
    """Opens the provider's pages for orders, pays there, and hears the provider's word.

    Make and call it inside an application context, outside a transaction.
    """

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder / "simulasi.sqlite")
        set_up(current_app, self.stage.gateway)

    def open(self, order_id: int, *, at: datetime) -> str:
        """Begin to pay; the provider's name for the page."""
        self.stage.wire.at = at
        starting.begin(
            order_id,
            public_url="http://desamart.test",
            token="",
            email=None,
            at=at,
        )
        newest = select(PaymentAttempt).where(PaymentAttempt.order_id == order_id)
        reference = db.session.scalars(newest.order_by(PaymentAttempt.id.desc())).unique().first()
        assert reference is not None and reference.reference is not None
        return reference.reference

    def pay(self, reference: str, *, at: datetime, amount: int | None = None) -> None:
        """The buyer pays on the page; nobody has told the shop yet. `amount` in hundredths of a rupiah."""
        self.stage.world.pay(reference, at=at, amount=amount)

    def word(self, reference: str, *, at: datetime) -> ProviderReport:
        """What the provider says about the page."""
        self.stage.wire.at = at
        return self.stage.gateway.status(reference, at=at)

    def hear(self, reference: str, *, at: datetime) -> receiving.Verdict:
        """The provider's word reaches the shop."""
        return self.take_in(self.word(reference, at=at), at=at)

    def take_in(self, report: ProviderReport, *, at: datetime) -> receiving.Verdict:
        """A report is received, as a webhook does it."""
        with transaction():
            return receiving.receive(report, provider=self.stage.gateway.can.code, at=at)

    def paid(self, order: Order, *, at: datetime) -> str:
        """The whole way: page opened, paid, heard."""
        reference = self.open(order.id, at=at)
        self.pay(reference, at=at)
        assert self.hear(reference, at=at) == "applied"
        return reference
