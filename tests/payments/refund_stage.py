"""Sales of a test that are refunded: paid by card or in cash, walked up to a state, refunded by the seller.

Call everything inside an application context, outside a transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from marketplace.orders import fee_rules, fees, moving, steps
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments import owing
from marketplace.payments.models import Refund
from marketplace.payments.owing import Wish
from tests import cast, factories
from tests.factories import AT
from tests.payments.cards import CardDesk

LATER = AT + timedelta(days=1)
TWO_KINDS = {cast.CHIPS: 3, cast.CRACKERS: 2}
"""Rp54.000 and Rp25.000 of her shop."""


@dataclass(frozen=True)
class Sale:
    """A seller order of a test, read afresh whenever it is looked at."""

    id: int

    @classmethod
    def of(cls, number: str) -> "Sale":
        """A seller order by its number."""
        return cls(db.session.scalars(select(SellerOrder.id).where(SellerOrder.number == number)).one())

    @property
    def row(self) -> SellerOrder:
        """The order as it is now."""
        return db.session.get_one(SellerOrder, self.id, populate_existing=True)

    def bring(self, *, at: datetime = AT, courier: str = "sendiri") -> "Sale":
        """From accepted to the door; the worker hears of it."""
        with transaction():
            steps.pack(self.id, actor="seller:1", at=at)
        with transaction():
            steps.ship(self.id, actor="seller:1", at=at, courier=courier)
        with transaction():
            steps.deliver(self.id, actor="seller:1", at=at)
        assert worker.drain(at=at) == 0
        return self

    def complete(self, *, at: datetime = AT) -> "Sale":
        """The buyer is content; the worker hears of it."""
        with transaction():
            steps.complete(self.id, actor="buyer", at=at)
        assert worker.drain(at=at) == 0
        return self

    def goes_to(self, *states: Status, at: datetime = AT) -> None:
        """Through some states that have no story here; the worker hears of it."""
        for status in states:
            with transaction():
                moving.move(self.id, status, actor="system", at=at)
        assert worker.drain(at=at) == 0

    def refund(
        self,
        quantities: dict[int, int] | None = None,
        *,
        amount: int | None = None,
        delivery: bool = False,
        sellable: bool = False,
        at: datetime = LATER,
    ) -> Refund:
        """The seller gives something back. `quantities` by place of the line."""
        lines = {self.row.lines[place].id: pieces for place, pieces in (quantities or {}).items()}
        wish = Wish(lines, amount, delivery, sellable)
        with transaction():
            made = owing.refund(self.id, wish, words="Kemasan rusak", actor="seller:1", at=at).id
        return db.session.get_one(Refund, made)


def village_share(bp: int = 50) -> None:
    """From now on villages take a part, too."""
    with transaction():
        fee_rules.add_rule(fees.VILLAGE, bp, valid_from=AT, created_by=None, at=AT)


def by_card(desk: CardDesk, goods: dict[str, int], *, delivery: str = "antar", at: datetime = AT) -> Sale:
    """A card order of one shop, paid and accepted."""
    order = factories.order(goods, pay="stripe", delivery=delivery, at=at).order
    order_id = order.id
    desk.paid(order, at=at)
    sale = Sale(db.session.get_one(Order, order_id).children[0].id)
    with transaction():
        steps.accept(sale.id, actor="seller:1", at=at)
    assert worker.drain(at=at) == 0
    return sale


def in_cash(goods: dict[str, int], *, at: datetime = AT) -> Sale:
    """A cash order that is delivered, with the cash recorded."""
    child = factories.order(goods, at=at).order.children[0]
    sale = Sale(child.id)
    factories.deliver(child, at=at)
    assert worker.drain(at=at) == 0
    return sale
