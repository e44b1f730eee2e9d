"""Decides whether goods and orders agree: shelves with movements, sums with parts, states with steps."""

from typing import Any

from sqlalchemy import and_, func, or_, select, union_all

from marketplace.catalog.models import Product, StockHold, StockMovement, Variant
from marketplace.operations.comparing import Rows, compare, handed_on, say
from marketplace.orders.models import Order, OrderLine, SellerOrder, SellerOrderEvent
from marketplace.orders.states import UNDELIVERED, Status
from marketplace.payments.models import Refund, RefundLine

WAITING = Status.AWAITING_PAYMENT.value
WITHOUT_GOODS = [*(status.value for status in UNDELIVERED), WAITING]


def stock() -> list[str]:
    """The shelf is the sum of what came and went; what went or is held is what was ordered."""
    shelf = compare(
        select(Variant.id, Variant.on_hand),
        select(StockMovement.variant_id, StockMovement.quantity),
        "variant {0}: on_hand {1}, movements {2}",
    )
    lines = select(SellerOrder.number, OrderLine.variant_id, OrderLine.quantity).join_from(
        OrderLine, SellerOrder
    )
    taken = compare(
        union_all(
            lines.where(OrderLine.stocked, SellerOrder.status.not_in(WITHOUT_GOODS)), *_put_back_by_refunds()
        ),
        select(StockMovement.reference, StockMovement.variant_id, -StockMovement.quantity).where(
            StockMovement.kind.in_(("sold", "returned"))
        ),
        "seller order {0}, variant {1}: ordered {2}, taken from stock {3}",
    )
    held = compare(
        select(SellerOrder.number, OrderLine.variant_id, SellerOrder.deadline_at, OrderLine.quantity)
        .join_from(OrderLine, SellerOrder)
        .where(OrderLine.stocked, SellerOrder.status == WAITING),
        select(StockHold.reference, StockHold.variant_id, StockHold.expires_at, StockHold.quantity).where(
            StockHold.ended_at.is_(None)
        ),
        "seller order {0}, variant {1}: waits for payment until {2} for {3}, holds {4}",
    )
    return [*shelf, *taken, *held, *_sold()]


def _sold() -> list[str]:
    """A product counts the pieces of completed orders that did not go back; what waits is left out."""
    completed = SellerOrder.status == Status.COMPLETED.value
    of_waiting = (
        select(OrderLine.product_id)
        .join_from(OrderLine, SellerOrder)
        .where(completed, ~handed_on("seller_order", SellerOrder.id))
    )
    heard = OrderLine.product_id.not_in(of_waiting)
    lines = select(OrderLine.product_id, OrderLine.quantity).join_from(OrderLine, SellerOrder)
    back = (
        select(OrderLine.product_id, -RefundLine.quantity)
        .join_from(RefundLine, OrderLine)
        .join(SellerOrder, SellerOrder.id == OrderLine.seller_order_id)
    )
    return compare(
        select(Product.id, Product.sold).where(Product.id.not_in(of_waiting)),
        union_all(lines.where(completed, heard), back.where(completed, heard)),
        "product {0}: counts {1} sold, completed lines less what went back {2}",
    )


def _put_back_by_refunds() -> list[Rows]:
    """Pieces that a refund put back, under its own reference; when all ends, they have returned already."""
    reference = SellerOrder.number + ":" + Refund.reason
    pieces = (
        select(reference, OrderLine.variant_id, -RefundLine.restocked)
        .join_from(RefundLine, OrderLine)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .join(SellerOrder, SellerOrder.id == OrderLine.seller_order_id)
    )
    before = pieces.with_only_columns(SellerOrder.number, OrderLine.variant_id, RefundLine.restocked)
    return [pieces, before.where(SellerOrder.status.in_(WITHOUT_GOODS))]


def totals() -> list[str]:
    """Lines add up to seller orders, these to orders; a line's fee and place are those of its sale."""
    orders = compare(
        select(Order.number, Order.total),
        select(Order.number, SellerOrder.total).join_from(Order, SellerOrder),
        "order {0}: total {1}, seller orders {2}",
    )
    goods = compare(
        select(SellerOrder.number, SellerOrder.goods_total),
        select(SellerOrder.number, OrderLine.total).join_from(OrderLine, SellerOrder),
        "seller order {0}: goods {1}, lines {2}",
    )
    fees = compare(
        select(SellerOrder.number, SellerOrder.fee),
        select(SellerOrder.number, OrderLine.fee).join_from(OrderLine, SellerOrder),
        "seller order {0}: fee {1}, lines {2}",
    )
    village_fees = compare(
        select(SellerOrder.number, SellerOrder.village_fee),
        select(SellerOrder.number, OrderLine.village_fee).join_from(OrderLine, SellerOrder),
        "seller order {0}: fee of the village {1}, lines {2}",
    )
    rates = compare(
        select(OrderLine.id, _by_rate(OrderLine.fee_bp)),
        select(OrderLine.id, OrderLine.fee),
        "order line {0}: fee by its rate {1}, fee {2}",
    )
    village_rates = compare(
        select(OrderLine.id, _by_rate(OrderLine.village_fee_bp)),
        select(OrderLine.id, OrderLine.village_fee),
        "order line {0}: fee of the village by its rate {1}, fee {2}",
    )
    strangers = (
        select(OrderLine.id, SellerOrder.number)
        .join_from(OrderLine, SellerOrder)
        .where(
            or_(OrderLine.shop_id != SellerOrder.shop_id, OrderLine.village_code != SellerOrder.village_code)
        )
        .order_by(OrderLine.id)
    )
    return [
        *orders,
        *goods,
        *fees,
        *village_fees,
        *rates,
        *village_rates,
        *say(strangers, "order line {0}: another shop or village than seller order {1}"),
    ]


def _by_rate(basis_points: Any) -> Any:
    """What `kit.money.rate` makes of a line's total."""
    return (OrderLine.total * basis_points + 5_000) // 10_000


def history() -> list[str]:
    """A seller order is where its last step led, and every step began where the one before ended."""
    steps = select(
        SellerOrderEvent.seller_order_id,
        SellerOrderEvent.from_status,
        SellerOrderEvent.to_status,
        _over_steps(func.lag(SellerOrderEvent.to_status)).label("before"),
        _over_steps(func.lead(SellerOrderEvent.to_status)).label("later"),
    ).subquery()
    stood = func.coalesce(steps.c.before, "")
    gaps = (
        select(SellerOrder.number, stood, steps.c.from_status)
        .join(steps, steps.c.seller_order_id == SellerOrder.id)
        .where(stood != steps.c.from_status)
        .order_by(SellerOrder.id)
    )
    ends = (
        select(SellerOrder.number, SellerOrder.status, func.coalesce(steps.c.to_status, "nothing"))
        .outerjoin(steps, and_(steps.c.seller_order_id == SellerOrder.id, steps.c.later.is_(None)))
        .where(SellerOrder.status != func.coalesce(steps.c.to_status, "nothing"))
        .order_by(SellerOrder.id)
    )
    return [
        *say(gaps, "seller order {0}: stood at '{1}', the next step begins at '{2}'"),
        *say(ends, "seller order {0}: is {1}, its last step led to {2}"),
    ]


def _over_steps(function: Any) -> Any:
    return function.over(partition_by=SellerOrderEvent.seller_order_id, order_by=SellerOrderEvent.id)
