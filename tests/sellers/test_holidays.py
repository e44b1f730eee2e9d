"""A shop on holiday: seen, but not ordered from, from midnight to midnight in WIB; it ends by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.clock import day_wib, now
from marketplace.kit.errors import Invalid
from marketplace.kit.transaction import transaction
from marketplace.orders import baskets, carts
from marketplace.orders.models import SellerOrder
from marketplace.orders.placing import SoldOut
from marketplace.sellers import holidays
from tests import cast, factories
from tests.shopper import Shopper, path_of

PAGE = "/penjual/toko/libur"
# 17:00 UTC is midnight in WIB.
BEFORE, FIRST = datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC)
LAST, AFTER = datetime(2026, 12, 5, 16, 59, 59, tzinfo=UTC), datetime(2026, 12, 5, 17, tzinfo=UTC)


@pytest.fixture
def seller(app: Flask) -> Shopper:
    """She, at her desk."""
    found = Shopper(app.test_client())
    found.sign_in(cast.SELLER)
    return found


def _rest(app: Flask, *, days: int = 3) -> date:
    """She is away from today on; the last day."""
    today = day_wib(now())
    with app.app_context(), transaction():
        shop = factories.shop(cast.HER_SHOP)
        last = today + timedelta(days=days)
        holidays.go(shop, today, last, note="Panen raya", at=now())
    return last


def test_a_holiday_begins_and_ends_at_midnight_in_wib(app: Flask) -> None:
    with app.app_context():
        with transaction():
            shop = factories.shop(cast.HER_SHOP)
            holidays.go(shop, date(2026, 12, 1), date(2026, 12, 5), note="", at=factories.AT)
        shop = factories.shop(cast.HER_SHOP)
        assert [shop.on_holiday(at) for at in (BEFORE, FIRST, LAST, AFTER)] == [False, True, True, False]
        assert shop.holiday_last_day == date(2026, 12, 5)


def test_nothing_is_ordered_in_a_holiday_and_all_before_and_after(app: Flask) -> None:
    with app.app_context():
        with transaction():
            shop = factories.shop(cast.HER_SHOP)
            holidays.go(shop, date(2026, 12, 1), date(2026, 12, 5), note="", at=factories.AT)
        for at in (FIRST, LAST):
            with pytest.raises(SoldOut):
                factories.order({cast.CHIPS: 1}, at=at)
        for at in (BEFORE, AFTER):
            assert factories.order({cast.CHIPS: 1}, at=at).order.children


def test_the_basket_says_so_and_the_checkout_takes_it_out(app: Flask) -> None:
    with app.app_context():
        with transaction():
            cart_id, _token = carts.open_cart(None, None, at=BEFORE)
            carts.add(cart_id, factories.product(cast.CHIPS).variants[0], 1, at=BEFORE)
            carts.add(cart_id, factories.product(cast.COFFEE).variants[0], 1, at=BEFORE)
            holidays.go(
                factories.shop(cast.HER_SHOP), date(2026, 12, 1), date(2026, 12, 5), note="", at=factories.AT
            )
        with transaction():
            (line,) = baskets.problems(baskets.groups(carts.to_order(cart_id), at=FIRST))
        assert line.problem == "Toko libur sampai 5 Des 2026."
        with transaction():
            said = baskets.make_buyable(carts.to_order(cart_id), at=FIRST)
        assert said == [f"{line.product.name}: Toko libur sampai 5 Des 2026, dikeluarkan dari keranjang."]


def test_buyers_see_the_goods_and_until_when(app: Flask, seller: Shopper) -> None:
    visitor = Shopper(app.test_client())
    visitor.take(cast.CHIPS)
    _rest(app)
    page = visitor.get(f"/produk/{cast.CHIPS}").text
    assert "Toko libur sampai" in page and "Panen raya" in page and "Masukkan keranjang" not in page
    assert "Toko libur sampai" in visitor.get(f"/toko/{cast.HER_SHOP}").text
    refused = visitor.take(cast.CRACKERS)
    assert refused.status_code == 422 and "Toko libur sampai" in refused.text
    answer = visitor.checkout()
    assert answer.status_code == 422 and "Toko libur sampai" in answer.text
    with app.app_context():
        assert db.session.scalar(select(SellerOrder.id)) is None
    assert path_of(seller.post(f"{PAGE}/selesai")) == PAGE
    assert path_of(visitor.take(cast.CHIPS)) == "/keranjang"


def test_the_times_of_placed_orders_stay(app: Flask) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 1}, at=now())
        before = db.session.scalars(select(SellerOrder.deadline_at)).one()
    _rest(app)
    with app.app_context():
        assert db.session.scalars(select(SellerOrder.deadline_at)).one() == before


def test_an_owner_plans_a_holiday(app: Flask, seller: Shopper) -> None:
    today = day_wib(now())
    sent = {"dari": f"{today}", "sampai": f"{today + timedelta(days=2)}", "kata": "Mudik"}
    assert path_of(seller.post(PAGE, **sent)) == PAGE
    assert "Buka lagi sekarang" in seller.get(PAGE).text
    with app.app_context():
        assert factories.shop(cast.HER_SHOP).holiday_words == "Mudik"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(-1, 2, "paling awal hari ini"), (3, 2, "sebelum hari pertama"), (0, 90, "paling lama 90 hari")],
)
def test_a_holiday_that_cannot_be_is_refused(
    app: Flask, seller: Shopper, first: int, last: int, words: str
) -> None:
    today = day_wib(now())
    days = [str(today + timedelta(days=number)) for number in (first, last)]
    answer = seller.post(PAGE, dari=days[0], sampai=days[1], kata="Mudik")
    assert answer.status_code == 422 and words in answer.text and "Mudik" in answer.text
    assert seller.post(PAGE, dari="kemarin", sampai=days[1]).status_code == 422
    with app.app_context():
        assert factories.shop(cast.HER_SHOP).holiday_ends is None
        begin, end = map(date.fromisoformat, days)
        with pytest.raises(Invalid), transaction():
            holidays.go(factories.shop(cast.HER_SHOP), begin, end, note="", at=now())
