"""Decides what stands on a parcel's label: to whom, from whom, the number, and the cash to collect."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from marketplace.kit.qr import qr_drawing
from marketplace.orders import cash
from marketplace.orders.models import SellerOrder
from marketplace.orders.seller_pages import phone_text
from marketplace.regions.queries import full_labels


@dataclass(frozen=True)
class Label:
    """A label; `cash` is whole rupiah to collect on the spot, 0 where nothing is."""

    number: str
    recipient: str
    phone: str
    address: str
    landmark: str
    region: str
    sender: str
    sender_phone: str
    sender_region: str
    way: str
    cash: int
    code: Markup


def labels_of(orders: Sequence[SellerOrder], *, public_url: str) -> list[Label]:
    """The labels of orders whose buyers the shop may see; the code leads to the shop's page of the order."""
    places = full_labels({code for order in orders for code in (order.order.region_code, order.village_code)})
    return [
        Label(
            number=order.number,
            recipient=order.order.name,
            phone=phone_text(order.order.phone),
            address=order.order.address,
            landmark=order.order.landmark,
            region=places.get(order.order.region_code, ""),
            sender=order.shop.name,
            sender_phone=phone_text(order.shop.phone),
            sender_region=places.get(order.village_code, ""),
            way=order.delivery_label,
            cash=order.sale.total if order.order.payment_method in cash.WAYS else 0,
            code=qr_drawing(
                f"{public_url}/penjual/pesanan/{order.number}",
                str(_("Kode QR %(number)s", number=order.number)),
            ),
        )
        for order in orders
    ]
