"""Decides what one row of the seller's list of orders says: until when, the one thing to do, the buyer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.kit.whatsapp import whatsapp_link
from marketplace.orders import cash
from marketplace.orders.buyer_messages import News, message
from marketplace.orders.forms import OWN_HANDS, couriers
from marketplace.orders.models import SellerOrder
from marketplace.orders.seller_pages import may_be_reached, payment_words
from marketplace.orders.states import Status
from marketplace.orders.steps import PICKED_UP, next_steps
from marketplace.orders.urgency import Due, due, moment_words
from marketplace.regions.queries import labels


@dataclass(frozen=True)
class SellerCard:
    """An order in the seller's list. `place` is the buyer's village; `steps` the likeliest first.

    `whatsapp` opens a chat with the buyer; empty where the shop must not see the phone (any more).
    """

    order: SellerOrder
    place: str
    steps: Sequence[str]
    payment: str
    due: Due | None
    whatsapp: str


def cards(orders: Sequence[SellerOrder], *, public_url: str, at: datetime) -> list[SellerCard]:
    """The rows of a list, with the buyers' villages and the couriers' names read in one query each."""
    places = labels({order.order.region_code for order in orders})
    names = dict(couriers()) if any(order.courier for order in orders) else {}
    return [
        SellerCard(
            order,
            places.get(order.order.region_code, ""),
            next_steps(order),
            payment_words(order),
            due(Status(order.status), order.deadline_at, at=at),
            chat(order, names, public_url=public_url, at=at) if may_be_reached(order) else "",
        )
        for order in orders
    ]


def chat(
    order: SellerOrder, names: Mapping[str, str], *, public_url: str, at: datetime, reason: str = ""
) -> str:
    """The address that opens WhatsApp with the words for the present state; `names` are those of couriers.

    Once the order has ended it carries no number: the seller picks the chat, if there is one.
    """
    own = {"sendiri": "", "kurir-desa": "kurir desa"}
    news = News(
        status=Status(order.status),
        buyer=order.order.name,
        shop=order.shop.name,
        number=order.number,
        total=order.sale.total,
        track=f"{public_url}/lacak?nomor={order.order.number}",
        cash=order.order.payment_method in cash.WAYS,
        paid=order.paid_at is not None,
        picked_up=order.delivery_method in PICKED_UP,
        courier=own[order.courier] if order.courier in OWN_HANDS else names.get(order.courier, order.courier),
        tracking_number=order.tracking_number,
        until=moment_words(order.deadline_at, at=at) if order.deadline_at else "",
        reason=reason,
    )
    return whatsapp_link(order.order.phone if may_be_reached(order) else "", message(news))
