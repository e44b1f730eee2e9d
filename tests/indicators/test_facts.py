"""A completed sale becomes facts once, with the values frozen at the sale; a rebuild makes the same rows."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.indicators.handlers import record_sale
from marketplace.indicators.models import SaleFact
from marketplace.indicators.rebuilding import rebuild
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order, SellerOrder
from tests import cast, factories
from tests.indicators import world


def test_a_completed_sale_of_two_shops_becomes_one_fact_per_line(app: Flask) -> None:
    at = datetime(2026, 10, 12, 4, 30, tzinfo=UTC)
    with app.app_context():
        world.sell({cast.CHIPS: 2, cast.CRACKERS: 1, cast.COFFEE: 3}, at=at)
        facts = {fact["product_name"]: fact for fact in world.stored()}
        order = db.session.scalars(select(Order)).one()
        her = factories.shop(cast.HER_SHOP)
        chips = facts["Keripik Pisang Cokelat"]
        assert len(facts) == 3
        assert chips["source"] == f"sale:{chips['order_line_id']}"
        assert (chips["happened_at"], chips["day"], chips["month"]) == (at, date(2026, 10, 12), "2026-10")
        assert (chips["village_code"], chips["shop_id"]) == (cast.HANURA, her.id)
        assert (chips["quantity"], chips["unit"], chips["grams"], chips["net"]) == (2, "bungkus", 500, 36_000)
        assert (chips["category_slug"], chips["sector"]) == ("keripik-kerupuk", "10794")
        assert (chips["payment_method"], chips["delivery_method"], chips["channel"]) == (
            "cod",
            "antar",
            "online",
        )
        assert (chips["destination_code"], chips["buyer_key"]) == (cast.HURUN, order.buyer_key)
        assert facts["Kopi Robusta Bubuk"]["village_code"] == cast.PODOMORO
        assert facts["Kopi Robusta Bubuk"]["net"] == 195_000


def test_goods_without_a_weight_have_no_grams_rather_than_zero(app: Flask) -> None:
    with app.app_context():
        with transaction():
            factories.product(cast.CHIPS).net_weight_g = None
        world.sell({cast.CHIPS: 2}, at=world.AT)
        assert [fact["grams"] for fact in world.stored()] == [None]


@pytest.mark.parametrize(
    ("at", "day", "month"),
    [
        (datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC), date(2026, 10, 31), "2026-10"),
        (datetime(2026, 10, 31, 17, 0, 0, tzinfo=UTC), date(2026, 11, 1), "2026-11"),
        (datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC), date(2027, 1, 1), "2027-01"),
    ],
)
def test_day_and_month_turn_at_midnight_in_jakarta(app: Flask, at: datetime, day: date, month: str) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 1}, at=at)
        assert [(fact["day"], fact["month"]) for fact in world.stored()] == [(day, month)]


def test_an_event_that_comes_again_adds_nothing(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 1, cast.CRACKERS: 1}, at=world.AT)
        before = world.stored()
        event = db.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == "seller_order.completed")
        ).one()
        with transaction():
            record_sale(event, world.AT)
        assert world.stored() == before
        assert len(before) == 2


def test_a_delivered_order_is_not_yet_a_sale(app: Flask) -> None:
    with app.app_context():
        placed = factories.order({cast.CHIPS: 1}, at=world.AT)
        factories.deliver(placed.order.children[0], at=world.AT)
        with transaction():
            assert rebuild(at=world.AT) == 0
        assert world.stored() == []


def test_what_a_seller_buys_from_the_own_shop_does_not_count(app: Flask) -> None:
    with app.app_context():
        seller = factories.person(cast.SELLER)
        world.sell({cast.CHIPS: 1, cast.COFFEE: 1}, at=world.AT, user=seller)
        own = select(SellerOrder.self_purchase).order_by(SellerOrder.village_code)
        assert list(db.session.scalars(own)) == [True, False]
        assert [fact["village_code"] for fact in world.stored()] == [cast.PODOMORO]


def test_a_rebuild_makes_exactly_the_same_rows(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 2, cast.COFFEE: 1}, at=datetime(2026, 9, 30, 17, 0, tzinfo=UTC))
        world.sell({cast.CRACKERS: 3}, at=datetime(2026, 10, 5, 1, 0, tzinfo=UTC))
        before = world.stored()
        for _turn in range(2):
            with transaction():
                assert rebuild(at=world.AT) == 3
            assert world.stored() == before


def test_a_rebuild_restores_lost_facts_and_removes_invented_ones(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 2, cast.COFFEE: 1}, at=world.AT)
        before = world.stored()
        world.store([before[0], world.fact(999_999, cast.HURUN, 5_000)])
        with transaction():
            rebuild(at=world.AT)
        assert world.stored() == before


def test_renaming_a_product_changes_no_fact(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 1}, at=world.AT)
        before = world.stored()
        with transaction() as session:
            session.execute(update(Product).values(name="Nama Baru", net_weight_g=1, category_slug="kopi"))
        with transaction():
            rebuild(at=world.AT)
        assert world.stored() == before


def test_a_rebuild_in_batches_leaves_no_line_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.indicators.rebuilding.BATCH", 2)
    with app.app_context():
        for _order in range(3):
            world.sell({cast.CHIPS: 1, cast.CRACKERS: 1, cast.COFFEE: 1}, at=world.AT)
        before = world.stored()
        with transaction():
            assert rebuild(at=world.AT) == 9
        assert world.stored() == before


def test_the_database_refuses_to_change_a_fact_but_lets_a_rebuild_empty_the_table(app: Flask) -> None:
    with app.app_context():
        world.store([world.fact(1, cast.HANURA, 5_000)])
        with pytest.raises(DBAPIError), transaction() as session:
            session.execute(update(SaleFact).values(net=1))
        assert [fact["net"] for fact in world.stored()] == [5_000]
        with transaction() as session:
            session.execute(delete(SaleFact))
        assert world.stored() == []
