"""Decides on which days the outlet of a village did something: what its people did, what it sold."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select

from marketplace.extensions import db
from marketplace.kit.clock import start_of_day
from marketplace.kit.days import wib_day
from marketplace.orders.models import SellerOrder, SellerOrderEvent
from marketplace.sellers.assist_models import AssistAct
from marketplace.sellers.models import Shop
from marketplace.village_services.queries import days_of_service

KINDS = ("bumdes", "bumdesma", "bumk", "koperasi")
DEPOSITED = "titip"
ITS_PEOPLE = ("operator:", "counter:")
SHOP_PEOPLE = "seller:"


def active(first: date, last: date) -> set[tuple[str, date]]:
    """(village, WIB day) on which the outlet was active, from `first` to `last`, both included.

    Its own shop (BUMDes, BUMDesma, BUMK, koperasi) moved an order, goods went through it (`titip`), or an
    operator acted: on an order, at a seller's desk, for another system (`village_services`).
    """
    since, until = start_of_day(first), start_of_day(last + timedelta(days=1))
    acted = {
        (code, date.fromisoformat(day))
        for asked in _asked(since, until)
        for code, day in db.session.execute(asked.distinct())
    }
    return acted | days_of_service(first, last)


def _asked(since: datetime, until: datetime) -> Iterator[Select[str, str]]:
    event = SellerOrderEvent
    its_goods = or_(Shop.kind.in_(KINDS), SellerOrder.delivery_method == DEPOSITED)
    acted = or_(
        event.actor.startswith(SHOP_PEOPLE) & its_goods,
        *(event.actor.startswith(kind) for kind in ITS_PEOPLE),
    )
    yield (
        select(SellerOrder.village_code, wib_day(event.at))
        .join(SellerOrder, SellerOrder.id == event.seller_order_id)
        .join(Shop, Shop.id == SellerOrder.shop_id)
        .where(event.at >= since, event.at < until, acted)
    )
    yield (
        select(Shop.village_code, wib_day(AssistAct.at))
        .join(Shop, Shop.id == AssistAct.shop_id)
        .where(AssistAct.at >= since, AssistAct.at < until)
    )
