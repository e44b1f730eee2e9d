"""Decides which facts a sold line becomes: the sale, and negative ones for refunds and if it does not count.

Writing, rebuilding and proving all ask here.
"""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, cast, exists, func, select

from marketplace.catalog.sectors import section_of
from marketplace.indicators.models import FactExclusion, SaleCircumstance, SaleFact
from marketplace.kit.clock import day_wib, month_of
from marketplace.orders.models import ONLINE, Order, OrderLine, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments.models import Refund, RefundLine

SALE, REFUND, EXCLUSION = "sale:", "refund:", "exclusion:"
FIELDS = tuple(column.key for column in SaleFact.__table__.columns)

_OF_THE_SALE = (
    OrderLine.seller_order_id,
    OrderLine.village_code,
    OrderLine.shop_id,
    OrderLine.product_id,
    OrderLine.product_name,
    OrderLine.category_slug,
    OrderLine.sector,
    OrderLine.unit,
    OrderLine.net_weight_g,
    SellerOrder.delivery_method,
    Order.payment_method,
    Order.region_code,
    Order.buyer_key,
    Order.office,
    *(SaleCircumstance.grade, SaleCircumstance.shop_kind, SaleCircumstance.unggulan, SaleCircumstance.brand),
    *(SaleCircumstance.packaged, SaleCircumstance.licensed, SaleCircumstance.nib, SaleCircumstance.farmer),
    *(SaleCircumstance.woman_led, SaleCircumstance.channel),
)


def sold_lines() -> Select[*tuple[Any, ...]]:
    """Every line that counts as a sale, in the order of ids: completed, not bought from one's own shop.

    `quantity` and `net` are without what was refunded before the sale was booked; a line of which nothing is
    left was not sold.
    """
    net = OrderLine.total - _refunded_before(RefundLine.amount)
    return (
        _lines(
            OrderLine.id,
            OrderLine.id.label("order_line_id"),
            SellerOrder.completed_at.label("happened_at"),
            (OrderLine.quantity - _refunded_before(RefundLine.quantity)).label("quantity"),
            net.label("net"),
        )
        .where(net > 0)
        .order_by(OrderLine.id)
    )


def refunded_lines() -> Select[*tuple[Any, ...]]:
    """Every line of a refund of a sale that counts, in the order of ids: below zero, at its own moment."""
    rows = _lines(
        RefundLine.id,
        RefundLine.order_line_id,
        Refund.owed_at.label("happened_at"),
        (-RefundLine.quantity).label("quantity"),
        (-RefundLine.amount).label("net"),
    )
    refunds = rows.join(RefundLine, RefundLine.order_line_id == OrderLine.id)
    refunds = refunds.join(Refund, Refund.id == RefundLine.refund_id)
    return refunds.where(Refund.after_sale.is_(True), ~_excluded_before()).order_by(RefundLine.id)


def excluded_lines() -> Select[*tuple[Any, ...]]:
    """Every line of an order that was found not to count, in the order of ids: what was left of it then.

    Below zero, at the moment of the exclusion. Refunds after it leave no facts: they would count twice.
    """
    quantity = OrderLine.quantity - _refunded_until_exclusion(RefundLine.quantity)
    net = OrderLine.total - _refunded_until_exclusion(RefundLine.amount)
    rows = _lines(
        OrderLine.id,
        OrderLine.id.label("order_line_id"),
        FactExclusion.at.label("happened_at"),
        (-quantity).label("quantity"),
        (-net).label("net"),
    )
    rows = rows.join(FactExclusion, FactExclusion.seller_order_id == SellerOrder.id)
    return rows.where(net > 0).order_by(OrderLine.id)


def by_line(refunds: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same rows in the order of their lines, and of their sources within a line."""
    return refunds.order_by(None).order_by(RefundLine.order_line_id, cast(RefundLine.id, String))


def sale_of(line: Row[Any]) -> dict[str, Any]:
    """The values of the fact for one row of `sold_lines`."""
    return _fact(f"{SALE}{line.id}", line)


def refund_of(line: Row[Any]) -> dict[str, Any]:
    """The values of the fact for one row of `refunded_lines`."""
    return _fact(f"{REFUND}{line.id}", line)


def exclusion_of(line: Row[Any]) -> dict[str, Any]:
    """The values of the fact for one row of `excluded_lines`."""
    return _fact(f"{EXCLUSION}{line.id}", line)


def _excluded_before() -> ColumnElement[bool]:
    """Whether the order of a refund was excluded before that refund."""
    return exists().where(
        FactExclusion.seller_order_id == OrderLine.seller_order_id, FactExclusion.at < Refund.owed_at
    )


def _refunded_until_exclusion(what: Any) -> Any:
    rows = select(func.coalesce(func.sum(what), 0)).join(Refund, Refund.id == RefundLine.refund_id)
    counts = Refund.after_sale.is_(False) | (Refund.owed_at <= FactExclusion.at)
    rows = rows.where(RefundLine.order_line_id == OrderLine.id, counts)
    return rows.correlate(OrderLine, FactExclusion).scalar_subquery()


def _refunded_before(what: Any) -> Any:
    """What went back of a line before its sale was booked; asked line by line, which an index answers."""
    rows = select(func.coalesce(func.sum(what), 0)).join(Refund, Refund.id == RefundLine.refund_id)
    rows = rows.where(RefundLine.order_line_id == OrderLine.id, Refund.after_sale.is_(False))
    return rows.correlate(OrderLine).scalar_subquery()


def _lines(*own: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*own, *_OF_THE_SALE)
        .select_from(OrderLine)
        .join(SellerOrder, OrderLine.seller_order_id == SellerOrder.id)
        .join(Order, SellerOrder.order_id == Order.id)
        .outerjoin(SaleCircumstance, SaleCircumstance.order_line_id == OrderLine.id)
        .where(
            SellerOrder.status == Status.COMPLETED,
            SellerOrder.completed_at.is_not(None),
            SellerOrder.self_purchase.is_(False),
        )
    )


def _fact(source: str, line: Row[Any]) -> dict[str, Any]:
    """Net in rupiah, grams or None, day and month in WIB.

    Everything else comes from what was frozen at the sale, so that a later renaming changes no fact.
    """
    day, quantity = day_wib(line.happened_at), int(line.quantity)
    return {
        "source": source,
        "happened_at": line.happened_at,
        "day": day,
        "month": month_of(day),
        "village_code": line.village_code,
        "shop_id": line.shop_id,
        "product_id": line.product_id,
        "product_name": line.product_name,
        "category_slug": line.category_slug,
        "sector": line.sector,
        "quantity": quantity,
        "unit": line.unit,
        "grams": None if line.net_weight_g is None else quantity * line.net_weight_g,
        "net": int(line.net),
        "payment_method": line.payment_method,
        "delivery_method": line.delivery_method,
        "destination_code": line.region_code,
        "buyer_key": line.buyer_key,
        "channel": line.channel or ONLINE,
        "order_line_id": line.order_line_id,
        "seller_order_id": line.seller_order_id,
        "section": section_of(line.sector),
        "government": line.office is not None,
        "grade": line.grade or "",
        "shop_kind": line.shop_kind or "",
        "unggulan": bool(line.unggulan),
        "branded": bool(line.brand),
        "packaged": bool(line.packaged),
        "licensed": bool(line.licensed),
        "nib": bool(line.nib),
        "farmer": line.farmer,
        "woman_led": line.woman_led,
    }
