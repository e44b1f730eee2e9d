"""Paying in cash is bounded: refusals are counted for half a year, and only so much lies open at once."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask

from marketplace.config import Config, ConfigError
from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.transaction import transaction
from marketplace.orders import carts, cash, detours, steps
from marketplace.orders.cash import CashLimits, CashRecord
from marketplace.orders.causes import Cause
from marketplace.orders.models import SellerOrder
from marketplace.orders.placing import Buyer, buyer_key, place_order
from marketplace.payments.methods import terms
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT, BUYER, SECRET
from tests.orders.walks import walk

DAY = timedelta(days=1)
NEIGHBOUR = replace(BUYER, phone="+6281299990000")
KEY = buyer_key(BUYER.phone, SECRET)


def order(limits: CashLimits, *, pay: str = "cod", buyer: Buyer = BUYER, at: datetime = AT) -> int:
    """Place an order for one of her bags under limits of cash; the id of its only part."""
    with transaction():
        cart_id, _token = carts.open_cart(None, None, at=at)
        carts.add(cart_id, factories.product(cast.CHIPS).variants[0], 1, at=at)
    with transaction():
        placed = place_order(
            carts.to_order(cart_id), buyer=buyer, notes={},
            choices={cast.HER_SHOP: "ambil" if pay == "ambil" else "antar"}, payment=terms(pay),
            user=None, secret=SECRET, at=at, cash_limits=limits,
        )  # fmt: skip
    return placed.order.children[0].id


def refuse(cause: Cause = Cause.REFUSED, *, buyer: Buyer = BUYER, at: datetime = AT) -> int:
    """One cash order that comes back from the door."""
    child = factories.order({cast.CHIPS: 1}, buyer=buyer, at=at).order.children[0]
    child_id = walk(child, "shipped", at=at)
    with transaction():
        detours.fail(child_id, actor="seller:1", at=at, cause=cause)
    return child_id


def not_collected(at: datetime = AT) -> None:
    """One order to be picked up, for which nobody came."""
    child = factories.order({cast.CHIPS: 1}, pay="ambil", delivery="ambil", at=at).order.children[0]
    child_id = walk(child, "ready_for_pickup", at=at)
    with transaction():
        assert steps.run_out(child_id, at=at + 7 * DAY)


def test_three_refusals_end_cash_for_that_phone_and_for_no_other(app: Flask) -> None:
    with app.app_context():
        refuse()
        not_collected()
        order(cash.NO_LIMITS)
        refuse()
        for way in ("cod", "ambil"):
            with pytest.raises(Invalid, match="ditolak atau tidak diambil") as refusal:
                order(cash.NO_LIMITS, pay=way)
            assert refusal.value.field == "pembayaran"
        order(cash.NO_LIMITS, pay="stripe")
        order(cash.NO_LIMITS, buyer=NEIGHBOUR)


def test_what_was_not_the_buyers_doing_does_not_count(app: Flask) -> None:
    with app.app_context():
        for cause in (Cause.NOT_HOME, Cause.WRONG_ADDRESS):
            child_id = refuse(cause)
            with transaction():
                detours.take_back(child_id, actor="seller:1", at=AT, sellable=True)
        assert cash.refusals(KEY, at=AT) == 0


def test_what_was_refused_first_and_taken_later_does_not_count(app: Flask) -> None:
    with app.app_context():
        child_id = refuse()
        assert cash.refusals(KEY, at=AT) == 1
        with transaction():
            steps.ship(child_id, actor="seller:1", at=AT, courier="sendiri")
        with transaction():
            steps.deliver(child_id, actor="seller:1", at=AT)
        assert cash.refusals(KEY, at=AT) == 0


def test_goods_that_were_paid_before_count_against_nobody(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 1}, pay="stripe").order.children[0]
        child_id = child.id
        with transaction():
            steps.mark_paid(child_id, at=AT)
        walk(db.session.get_one(SellerOrder, child_id), "shipped")
        with transaction():
            detours.fail(child_id, actor="seller:1", at=AT, cause=Cause.REFUSED)
        assert cash.refusals(KEY, at=AT) == 0


def test_a_refusal_is_forgotten_after_half_a_year(app: Flask) -> None:
    with app.app_context():
        for _ in range(3):
            refuse()
        assert cash.is_bound(KEY, at=AT + 179 * DAY)
        assert not cash.is_bound(KEY, at=AT + 180 * DAY)


def test_so_many_cash_orders_may_lie_open_and_those_that_arrived_make_room(app: Flask) -> None:
    two = CashLimits(orders=2)
    with app.app_context():
        first = order(two)
        order(two, pay="ambil")
        with pytest.raises(Invalid, match="Paling banyak 2 pesanan tunai"):
            order(two)
        order(two, pay="stripe")
        order(two, buyer=NEIGHBOUR)
        walk(db.session.get_one(SellerOrder, first), "delivered")
        order(two)


def test_so_many_rupiah_may_lie_open(app: Flask) -> None:
    with app.app_context():
        price = db.session.get_one(SellerOrder, order(cash.NO_LIMITS)).total
        order(CashLimits(rupiah=2 * price))
        with pytest.raises(Invalid, match="paling banyak"):
            order(CashLimits(rupiah=3 * price - 1))
        order(CashLimits(rupiah=3 * price))


def test_two_orders_at_once_do_not_both_take_the_last_place(app: Flask) -> None:
    one, refused = CashLimits(orders=1), []

    def try_it() -> None:
        with app.app_context():
            try:
                order(one)
            except Invalid as refusal:
                refused.append(refusal.field)

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["pembayaran"] * 3
    with app.app_context():
        assert factories.product(cast.CHIPS).variants[0].on_hand == 49


def test_the_seller_reads_how_earlier_cash_orders_went_and_no_names(app: Flask) -> None:
    with app.app_context():
        new = factories.order({cast.CHIPS: 1}).order.children[0]
        new_id, number = new.id, new.number
        assert cash.record_of(new, at=AT) == CashRecord(0, 0)
    seller = Browser(app, cast.SELLER)
    assert "belum pernah memesan tunai" in words(seller.get(f"/penjual/pesanan/{number}"))
    with app.app_context():
        refuse()
        factories.complete(factories.order({cast.COFFEE: 1}).order.children[0])
        factories.deliver(factories.order({cast.CHIPS: 1}).order.children[0])
        assert cash.record_of(db.session.get_one(SellerOrder, new_id), at=AT) == CashRecord(2, 1)
    page = seller.get(f"/penjual/pesanan/{number}")
    assert "2 sampai, 1 ditolak atau tidak diambil" in words(page)
    assert "Kopi" not in words(page)
    seller.post(f"/penjual/pesanan/{number}/terima")
    assert "2 sampai" not in words(seller.get(f"/penjual/pesanan/{number}"))


def test_production_has_limits_and_demo_has_none() -> None:
    def limits(**changes: str) -> tuple[int, int]:
        config = read(environ={f"DESAMART_{name}": value for name, value in changes.items()})
        return config.cash_orders_open, config.cash_rupiah_open

    read = partial(Config.from_env)
    assert limits() == (0, 0)
    assert limits(CASH_ORDERS_OPEN="3", CASH_RUPIAH_OPEN="500000") == (3, 500_000)
    with pytest.raises(ConfigError):
        limits(CASH_ORDERS_OPEN="banyak")
    secrets = {
        "MODE": "production",
        "SECRET_KEY": "x" * 32,
        "DATABASE_URL": "postgresql://x/y",
        "TRUSTED_HOSTS": "desamart.id",
        "PUBLIC_URL": "https://desamart.id",
        "STRIPE_SECRET_KEY": "sk",
        "STRIPE_WEBHOOK_SECRET": "whsec",
    }
    assert limits(**secrets) == (5, 2_000_000)
