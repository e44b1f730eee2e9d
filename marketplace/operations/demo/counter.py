"""Decides what the outlet of the demo village sold over its counter: some days, ways to pay, one mistake."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.catalog import pricing
from marketplace.catalog.models import Product
from marketplace.config import settings
from marketplace.counter_sales import ringing, taking_back
from marketplace.counter_sales.ringing import CASH, Sale
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations.demo.goods import HANURA, LIMITED
from marketplace.operations.demo.helping import HELPER
from marketplace.operations.demo.stage import DEMO_SHOPS
from marketplace.orders.models import Order
from marketplace.payments.models import QRIS
from marketplace.sellers.models import Shop

# How long ago; which goods of the first shop, by their place, and how many; how paid; the buyer's phone.
# One of them is for a school.
SCHOOL_BUYS, SCHOOL = timedelta(days=4), "SDN 1 Hanura"
SALES: tuple[tuple[timedelta, Mapping[int, int], str, str], ...] = (
    (timedelta(days=7), {0: 1}, CASH, ""),
    (timedelta(days=6), {1: 2, 2: 1}, QRIS, "+6281255500001"),
    (SCHOOL_BUYS, {0: 3}, CASH, ""),
    (timedelta(days=2), {2: 1}, CASH, "+6281255500002"),
    (timedelta(minutes=50), {0: 1, 1: 1}, CASH, ""),
    (timedelta(minutes=35), {1: 1}, QRIS, ""),
    (timedelta(minutes=20), {0: 2}, CASH, ""),
    (timedelta(minutes=10), {2: 4}, CASH, ""),
)


def sell(at: datetime) -> None:
    """Ring up these sales for the shop that let the operator help, and take the last one back at once."""
    for ago, wanted, pay, phone in SALES:
        with transaction():
            office = SCHOOL if ago == SCHOOL_BUYS else None
            order = _ring_up(wanted, pay, phone, office, at - ago)
    with transaction():
        operator = _operator()
        last = db.session.get_one(Order, order.id)
        taking_back.take_back(last, reason="Salah pilih barang", operator=operator, at=last.placed_at)


def _ring_up(wanted: Mapping[int, int], pay: str, phone: str, office: str | None, at: datetime) -> Order:
    rows = select(Product).join(Shop).where(Shop.slug == DEMO_SHOPS[0], Product.slug != LIMITED)
    goods = db.session.scalars(rows.order_by(Product.id)).unique().all()
    chosen = {goods[place].variants[0]: pieces for place, pieces in wanted.items()}
    sale = Sale(
        HANURA,
        {variant.id: pieces for variant, pieces in chosen.items()},
        pay,
        sum(pricing.unit_price(each.price, each.tiers, pieces) * pieces for each, pieces in chosen.items()),
        phone,
        office,
    )
    return ringing.ring_up(sale, operator=_operator(), secret=settings().secret_key, at=at).order


def _operator() -> User:
    return db.session.scalars(select(User).where(User.email == HELPER)).one()
