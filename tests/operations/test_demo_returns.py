"""The demo market has refunds and a sum that did not fit to look at, and its books agree."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.operations import proofs, unsettled
from marketplace.operations.demo import clawbacks, returns
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import Refund
from tests import cast, direct, factories
from tests.factories import AT
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import TWO_KINDS, by_card, in_cash

TODAY = AT + timedelta(days=3)


def test_a_card_sale_and_a_cash_sale_go_back_in_part_and_a_transfer_waits_for_finance(
    app: Flask, config: Config
) -> None:
    with app.app_context():
        by_card(CardDesk(config.data_dir), TWO_KINDS).bring().complete()
        in_cash(TWO_KINDS).complete()
        direct.bank_accounts(cast.HER_SHOP)
        factories.order({cast.CHIPS: 1}, pay="transfer", at=TODAY)
        returns.give_back(TODAY)
        returns.receive_another_sum(TODAY)
        made = [
            (row.way, row.amount) for row in db.session.scalars(select(Refund).order_by(Refund.id)).unique()
        ]
        assert made == [("provider", 18_000), ("seller", 5_000)]
        assert unsettled.parked_events().count == 1
        result = proofs.prove(at=TODAY)
        assert result.holds, result.as_text()


def test_an_empty_story_has_nothing_to_give_back(app: Flask) -> None:
    with app.app_context():
        returns.give_back(TODAY)
        returns.receive_another_sum(TODAY)
        assert unsettled.parked_events().count == 0


def test_one_complaint_waits_for_the_counter_and_about_another_was_decided(app: Flask) -> None:
    with app.app_context():
        for slug in (cast.CHIPS, cast.COFFEE):
            (child,) = factories.order({slug: 1}).order.children
            factories.deliver(child)
        returns.complain(TODAY)
        rows = db.session.scalars(select(SellerOrder.status).order_by(SellerOrder.id)).all()
        assert rows == ["disputed", "completed"]


def test_the_card_company_took_a_part_and_holds_another_payment(app: Flask, config: Config) -> None:
    with app.app_context():
        desk = CardDesk(config.data_dir)
        for _sale in range(2):
            by_card(desk, TWO_KINDS).bring().complete()
        clawbacks.take_back(TODAY)
        assert unsettled.waiting_clawbacks() == 1
        held = select(SellerOrder.contested_at.is_not(None))
        assert list(db.session.scalars(held)) == [True, True]
        result = proofs.prove(at=TODAY)
        assert result.holds, result.as_text()
