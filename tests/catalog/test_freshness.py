"""How long a count is believed: old ones step back, shops are asked weekly, told once of the last pieces."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.catalog import freshness, listing, shelving
from marketplace.catalog.listing import Filter
from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from tests import cast, factories
from tests.factories import AT

DAY = timedelta(days=1)


def told(kind: str) -> list[dict[str, Any]]:
    rows = select(OutboxEvent).where(OutboxEvent.kind == kind).order_by(OutboxEvent.id)
    return [event.payload for event in db.session.scalars(rows)]


def confirm(shop: str, at: Any = AT) -> None:
    with transaction():
        freshness.confirm_all(factories.shop(shop), at=at)


def listed(**wanted: Any) -> list[str]:
    return [card.slug for card in listing.listing(Filter(**wanted), 1, at=AT).rows]


def test_what_nobody_has_confirmed_for_two_weeks_steps_back(app: Flask) -> None:
    with app.app_context():
        confirm(cast.HER_SHOP, AT - 14 * DAY)
        confirm(cast.HIS_SHOP, AT - 14 * DAY - timedelta(seconds=1))
        worker.look_after_stock(AT)
        hers = [cast.CHIPS, cast.CRACKERS, cast.LOCAL_SNACK]
        assert set(listed()[:3]) == set(hers) and set(listed()[3:]) == {cast.COFFEE, cast.RARE_COFFEE}
        assert set(listed(sort=listing.BESTSELLING)[:3]) == set(hers)
        assert listed(sort=listing.DEAREST)[0] == cast.RARE_COFFEE, "who asks for prices gets prices"
        confirm(cast.HIS_SHOP)
        assert listed()[:2] == [cast.RARE_COFFEE, cast.COFFEE]


def test_any_count_of_the_shop_brings_a_product_forward(app: Flask) -> None:
    with app.app_context():
        worker.look_after_stock(AT)
        assert not factories.product(cast.COFFEE).fresh
        with transaction():
            shelving.recount(factories.product(cast.COFFEE), 40, seen=40, actor="seller:2", at=AT)
        assert factories.product(cast.COFFEE).fresh and not factories.product(cast.RARE_COFFEE).fresh


def test_in_a_search_it_steps_back_by_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    hits = [(1, False), (2, True), (3, True), (4, True), (5, False)]
    assert listing.stepped_back(hits) == [2, 1, 3, 4, 5]


def test_goods_made_to_order_are_always_believed(app: Flask) -> None:
    with app.app_context():
        with transaction():
            shelving.make_to_order(factories.product(cast.COFFEE), True, at=AT)
        worker.look_after_stock(AT)
        coffee = factories.product(cast.COFFEE)
        assert coffee.fresh and freshness.words(coffee.variants, at=AT) == ""


def test_a_shop_is_asked_once_a_week_until_it_answers(app: Flask) -> None:
    with app.app_context():
        confirm(cast.HER_SHOP, AT - DAY)
        confirm(cast.HIS_SHOP, AT - 9 * DAY)
        for hours in range(0, 8 * 24, 12):
            worker.look_after_stock(AT + timedelta(hours=hours))
        his = factories.shop(cast.HIS_SHOP).id
        assert [event["days"] for event in told("stock.unconfirmed") if event["shop_id"] == his] == [9, 16]
        assert [event["days"] for event in told("stock.unconfirmed") if event["shop_id"] != his] == [7]


def test_a_shop_is_told_of_the_last_pieces_once_and_again_after_there_were_more(app: Flask) -> None:
    with app.app_context():
        snack = cast.LOCAL_SNACK
        worker.look_after_stock(AT)
        (rare,) = told("stock.low")
        assert (rare["product_id"], rare["left"]) == (factories.product(cast.RARE_COFFEE).id, 1)
        for pieces, announced in ((4, 2), (1, 2)):
            factories.order({snack: pieces})
            worker.look_after_stock(AT)
            worker.look_after_stock(AT)
            assert len(told("stock.low")) == announced
        with transaction():
            shelving.add(factories.product(snack), 5, note="", actor="seller:1", at=AT)
        worker.look_after_stock(AT)
        factories.order({snack: 5})
        worker.look_after_stock(AT)
        assert len(told("stock.low")) == 3 and told("stock.low")[-1]["left"] == 2


@pytest.mark.parametrize(("days", "words"), [(0, "hari ini"), (1, "kemarin"), (3, "3 hari lalu")])
def test_buyers_read_how_old_a_count_is(app: Flask, days: int, words: str) -> None:
    with app.app_context(), app.test_request_context():
        confirm(cast.HER_SHOP, AT - days * DAY)
        assert freshness.words(factories.product(cast.CHIPS).variants, at=AT) == f"Stok dikonfirmasi {words}"


def test_the_list_stays_on_its_index(app: Flask) -> None:
    """No sorting of all goods for the first page: the flag stands in the index, in front of the date."""
    with app.app_context():
        lists = db.engine.dialect.name
        order = listing._order(listing.NEWEST)
        rows = select(Product.id).where(Product.status == "active").order_by(*order).limit(24)
        dialect: Any = sqlite.dialect() if lists == "sqlite" else postgresql.dialect()  # type: ignore[no-untyped-call]
        plain = str(rows.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        if lists == "postgresql":
            # So few rows would be read whole; the question is whether the index can answer in order.
            for way in ("seqscan", "bitmapscan"):
                db.session.execute(text(f"SET LOCAL enable_{way} = off"))
        explain = "EXPLAIN QUERY PLAN" if lists == "sqlite" else "EXPLAIN"
        plan = "\n".join(str(row) for row in db.session.execute(text(f"{explain} {plain}")))
    assert "ix_product_list" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan
