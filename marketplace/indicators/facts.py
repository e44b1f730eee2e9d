"""Decides which sale fact a sold line becomes. Writing, rebuilding and proving all ask here."""

from typing import Any

from sqlalchemy import Row, Select, select

from marketplace.indicators.models import SaleFact
from marketplace.kit.clock import day_wib, month_of
from marketplace.orders.models import Order, OrderLine, SellerOrder
from marketplace.orders.states import Status

ONLINE = "online"
FIELDS = tuple(column.key for column in SaleFact.__table__.columns)


def sold_lines() -> Select[*tuple[Any, ...]]:
    """Every line that counts as a sale, in the order of ids: completed, not bought from one's own shop."""
    return (
        select(
            OrderLine.id,
            OrderLine.village_code,
            OrderLine.shop_id,
            OrderLine.product_id,
            OrderLine.product_name,
            OrderLine.category_slug,
            OrderLine.sector,
            OrderLine.quantity,
            OrderLine.unit,
            OrderLine.net_weight_g,
            OrderLine.total,
            SellerOrder.completed_at,
            SellerOrder.delivery_method,
            Order.payment_method,
            Order.region_code,
            Order.buyer_key,
        )
        .join(SellerOrder, OrderLine.seller_order_id == SellerOrder.id)
        .join(Order, SellerOrder.order_id == Order.id)
        .where(
            SellerOrder.status == Status.COMPLETED,
            SellerOrder.completed_at.is_not(None),
            SellerOrder.self_purchase.is_(False),
        )
        .order_by(OrderLine.id)
    )


def fact_of(line: Row[Any]) -> dict[str, Any]:
    """The values of the fact for one row of `sold_lines`: net in rupiah, grams or None, day and month in WIB.

    Everything comes from what was frozen at the sale, so that a later renaming changes no fact.
    """
    day = day_wib(line.completed_at)
    return {
        "source": f"sale:{line.id}",
        "happened_at": line.completed_at,
        "day": day,
        "month": month_of(day),
        "village_code": line.village_code,
        "shop_id": line.shop_id,
        "product_id": line.product_id,
        "product_name": line.product_name,
        "category_slug": line.category_slug,
        "sector": line.sector,
        "quantity": line.quantity,
        "unit": line.unit,
        "grams": None if line.net_weight_g is None else line.quantity * line.net_weight_g,
        "net": line.total,
        "payment_method": line.payment_method,
        "delivery_method": line.delivery_method,
        "destination_code": line.region_code,
        "buyer_key": line.buyer_key,
        "channel": ONLINE,
        "order_line_id": line.id,
    }
