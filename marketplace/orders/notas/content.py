"""Decides what a nota holds: copied once from order, shop and settings, out of reach of later changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.config import Config
from marketplace.kit.texts import noted
from marketplace.orders.models import OrderLine, SellerOrder
from marketplace.regions.queries import full_labels

# The writing of the content; a page that reads it can tell a later writing from this one.
FORM = 1


@dataclass(frozen=True)
class Line:
    """One line of a paper: the order's line, pieces and rupiah; both negative on a correction."""

    source: OrderLine
    quantity: int
    total: int

    def as_json(self) -> dict[str, Any]:
        """The line as it is kept."""
        return {
            "line": self.source.id,
            "name": self.source.product_name,
            "variant": self.source.variant_name,
            "unit": self.source.unit,
            "quantity": self.quantity,
            "unit_price": self.source.unit_price,
            "total": self.total,
        }


@dataclass(frozen=True)
class Parts:
    """What a paper adds up, in whole rupiah. No shop gives discounts, so there is none to add."""

    lines: Sequence[Line]
    delivery: int
    payment_code: int

    @property
    def goods(self) -> int:
        """All lines together."""
        return sum(line.total for line in self.lines)

    @property
    def total(self) -> int:
        """What the paper comes to."""
        return self.goods + self.delivery + self.payment_code


def parts_of(order: SellerOrder) -> Parts:
    """The whole of a seller order."""
    lines = [Line(line, line.quantity, line.total) for line in order.lines]
    return Parts(lines, order.delivery_fee, order.payment_code)


def written(order: SellerOrder, parts: Parts, config: Config, *, reason: str = "") -> dict[str, Any]:
    """Everything a paper shows, as plain JSON. `reason` says why a correction was written."""
    shop, buyer = order.shop, order.order
    places = full_labels({shop.village_code, buyer.region_code})
    return {
        "form": FORM,
        "platform": {
            "name": "DesaMart",
            "address": config.public_url,
            "email": config.contact_email,
            "phone": config.contact_phone,
        },
        "shop": {"name": shop.name, "place": places.get(shop.village_code, ""), "phone": shop.phone},
        "buyer": {
            "name": buyer.name,
            "office": buyer.office or "",
            "address": buyer.address,
            "landmark": buyer.landmark,
            "place": places.get(buyer.region_code, ""),
        },
        "order": {"number": order.number, "placed_at": order.placed_at.isoformat()},
        "lines": [line.as_json() for line in parts.lines],
        "discounts": [],
        "delivery": {"label": order.delivery_label, "fee": parts.delivery},
        "payment_code": parts.payment_code,
        "tax": {"amount": 0, "why": _no_tax()},
        "total": parts.total,
        "payment": {
            "method": order.order.payment_method,
            "words": _paid_how(order.order.payment_method),
            "paid_at": order.paid_at.isoformat() if order.paid_at else "",
        },
        "reason": reason,
    }


def _no_tax() -> str:
    """Why the tax is 0. Source: PMK 37/2025, by which only platforms that DJP appoints withhold PPh 22."""
    return noted(
        "DesaMart tidak ditunjuk sebagai pemungut PPh Pasal 22 (PMK 37/2025), jadi tidak ada pajak yang "
        "dipungut lewat nota ini. Nota ini bukan faktur pajak."
    )


def _paid_how(method: str) -> str:
    known = {
        "cod": noted("Tunai saat barang diterima"),
        "ambil": noted("Tunai saat barang diambil"),
        "transfer": noted("Transfer bank ke rekening penjual"),
        "qris": noted("QRIS penjual"),
        "stripe": noted("Kartu lewat DesaMart (Stripe)"),
        "midtrans": noted("Pembayaran lewat DesaMart (Midtrans)"),
    }
    return known.get(method, method)
