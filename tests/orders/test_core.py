"""The core of the market: placing, steps, stock, ledger."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog import stocking
from marketplace.catalog.models import StockMovement
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.orders import steps
from marketplace.orders.placing import SoldOut
from marketplace.orders.states import Status
from tests import cast, factories


def test_a_cash_order_takes_the_stock_and_splits_by_shop(app: Flask) -> None:
    with app.app_context():
        placed = factories.order({cast.CHIPS: 2, cast.COFFEE: 1})
        first, second = placed.order.children
        assert first.total == 2 * 18_000 + first.delivery_fee
        assert placed.order.total == first.total + second.total
        assert {child.status for child in placed.order.children} == {Status.AWAITING_CONFIRMATION}
        assert factories.product(cast.CHIPS).variants[0].on_hand == 48


def test_the_last_piece_is_sold_once(app: Flask) -> None:
    with app.app_context():
        factories.order({cast.RARE_COFFEE: 1})
        with pytest.raises(SoldOut) as refusal:
            factories.order({cast.RARE_COFFEE: 1})
        assert refusal.value.names == ["Kopi Langka"]


def test_a_declined_order_gives_the_stock_back_once(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 3}).order.children[0]
        number, child_id = child.number, child.id
        with transaction():
            steps.decline(child_id, actor="seller:1", at=factories.AT, reason="Pisang habis")
        with transaction():
            stocking.give_back(number, at=factories.AT)
        assert factories.product(cast.CHIPS).variants[0].on_hand == 50
        total = db.session.scalar(
            select(func.sum(StockMovement.quantity)).where(StockMovement.reference == number)
        )
        assert total == 0


def test_a_step_out_of_order_is_refused_in_words(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 1}).order.children[0]
        child_id = child.id
        with pytest.raises(Conflict, match="Menunggu konfirmasi"), transaction():
            steps.deliver(child_id, actor="seller:1", at=factories.AT)


def test_a_completed_cash_sale_leaves_the_fee_as_the_sellers_debt(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 2}).order.children[0]
        factories.complete(child)
        assert balance(accounts.receivable(child.shop_id)) == 360
        assert balance(accounts.FEES) == -360


def test_a_basket_for_a_place_that_is_not_reached_is_refused(app: Flask) -> None:
    with app.app_context():
        far = factories.Buyer("Budi", "+6281234567890", cast.JAKARTA, "Jalan 1")
        with pytest.raises(Invalid, match="Pilih cara pengiriman"):
            factories.order({cast.LOCAL_SNACK: 1}, buyer=far)


def test_the_database_itself_refuses_a_step_off_the_table(app: Flask) -> None:
    with app.app_context():
        child_id = factories.order({cast.CHIPS: 1}).order.children[0].id
        with pytest.raises(Exception, match=r"no (such )?step"), transaction() as session:
            session.connection().exec_driver_sql(
                f"UPDATE seller_order SET status = 'completed' WHERE id = {child_id}"
            )
        assert now() > factories.AT
