"""Decides whether the notas agree with the orders: one for each packed order, no gap, the same sums."""

from typing import Any

from sqlalchemy import BigInteger, String, and_, case, cast, column, func, literal, select

from marketplace.extensions import db
from marketplace.operations.comparing import Rows, compare, handed_on, say
from marketplace.orders.models import Nota, OrderLine, SellerOrder, SellerOrderEvent
from marketplace.orders.notas.queries import NOTA
from marketplace.orders.states import UNDELIVERED, Status
from marketplace.payments.models import PaymentSplit, Refund

ONE = literal(1)
FIRST = Nota.kind == NOTA
REFUND = "refund:"
# Money that came when the goods were gone, or twice, goes back without touching a sale.
PAID_FOR_NOTHING = "late"


def notas() -> list[str]:
    """Every packed order has one nota, its copy; corrections take back what did not come or was refunded."""
    return [*_one_each(), *_numbers(), *_copies(), *_corrections()]


def _one_each() -> list[str]:
    packed = SellerOrderEvent.to_status == Status.PACKED.value
    return compare(
        select(SellerOrder.number, ONE)
        .join(SellerOrderEvent, SellerOrderEvent.seller_order_id == SellerOrder.id)
        .where(packed),
        select(SellerOrder.number, ONE).join(Nota, Nota.seller_order_id == SellerOrder.id).where(FIRST),
        "seller order {0}: packed {1} times, notas {2}",
    )


def _numbers() -> list[str]:
    """From 1 without a gap; the number's text names the shop and the place in its count."""
    counted = (
        select(Nota.shop_id, func.count(Nota.id), func.max(Nota.sequence))
        .group_by(Nota.shop_id)
        .having(func.count(Nota.id) != func.max(Nota.sequence))
        .order_by(Nota.shop_id)
    )
    letters = case((FIRST, "N-"), else_="NK-")
    before = letters + cast(Nota.shop_id, String) + "-"
    after = func.length(before) + 1
    wrong = (
        select(Nota.number, Nota.shop_id, Nota.sequence)
        .where(
            (func.substr(Nota.number, 1, func.length(before)) != before)
            | (func.ltrim(func.substr(Nota.number, after + 5), "0") != cast(Nota.sequence, String))
        )
        .order_by(Nota.id)
    )
    strangers = (
        select(Nota.number, Nota.shop_id, SellerOrder.number)
        .join(SellerOrder, SellerOrder.id == Nota.seller_order_id)
        .where(Nota.shop_id != SellerOrder.shop_id)
        .order_by(Nota.id)
    )
    return [
        *say(counted, "shop {0}: {1} papers, the last one has number {2}"),
        *say(wrong, "nota {0}: is paper {2} of shop {1}"),
        *say(strangers, "nota {0}: of shop {1}, but seller order {2} is another shop's"),
    ]


def _copies() -> list[str]:
    """Sums and lines are those of the order; the lines of every paper add up to its goods."""
    parts = (Nota.goods, Nota.delivery, Nota.payment_code)
    sold = (SellerOrder.goods_total, SellerOrder.delivery_fee, SellerOrder.payment_code)
    sums = (
        select(SellerOrder.number, *sold, *parts)
        .join(Nota, and_(Nota.seller_order_id == SellerOrder.id, FIRST))
        .where((sold[0] != parts[0]) | (sold[1] != parts[1]) | (sold[2] != parts[2]))
        .order_by(SellerOrder.id)
    )
    goods = compare(
        select(Nota.number, Nota.goods),
        _lines("number", "total"),
        "nota {0}: goods {1}, its lines {2}",
    )
    named = ("name", "variant", "unit", "unit_price", "quantity")
    due = select(
        SellerOrder.number,
        OrderLine.id,
        OrderLine.product_name,
        OrderLine.variant_name,
        OrderLine.unit,
        OrderLine.unit_price,
        OrderLine.quantity,
        OrderLine.total,
    ).join_from(OrderLine, SellerOrder)
    copies = compare(
        due.join(Nota, and_(Nota.seller_order_id == SellerOrder.id, FIRST)),
        _lines("order", "line", *named, "total").where(FIRST),
        "seller order {0}: line {1} ({2} {3}, {6} {4} for {5}) comes to {7}, on the nota to {8}",
    )
    return [
        *say(sums, "seller order {0}: goods {1}, delivery {2}, code {3}; on the nota {4}, {5}, {6}"),
        *goods,
        *copies,
    ]


def _corrections() -> list[str]:
    """Never more than the nota; all of it where the goods did not come; a refund's is the refund.

    Orders whose corrections the worker has still to write are left out.
    """
    left = (
        select(SellerOrder.number, SellerOrder.status, func.sum(Nota.total).label("left"))
        .join(Nota, Nota.seller_order_id == SellerOrder.id)
        .where(handed_on("seller_order", SellerOrder.id))
        .group_by(SellerOrder.id, SellerOrder.number, SellerOrder.status)
        .subquery()
    )
    undelivered = left.c.status.in_([status.value for status in UNDELIVERED])
    wrong = (
        select(left.c.number, left.c.status, left.c.left)
        .where((left.c.left < 0) | (undelivered & (left.c.left != 0)))
        .order_by(left.c.number)
    )
    # What the end of an order has taken back, its refund need not; so this asks for orders that live or came.
    came = SellerOrder.status.not_in([status.value for status in UNDELIVERED]) & handed_on(
        "seller_order", SellerOrder.id
    )
    owed = (
        select(SellerOrder.number, literal(REFUND) + cast(Refund.id, String), Refund.amount)
        .join(PaymentSplit, PaymentSplit.seller_order_id == SellerOrder.id)
        .join(Refund, Refund.split_id == PaymentSplit.id)
        .join(Nota, and_(Nota.seller_order_id == SellerOrder.id, FIRST))
        .where(came, Refund.reason != PAID_FOR_NOTHING)
    )
    corrected = (
        select(SellerOrder.number, Nota.cause, -Nota.total)
        .join(Nota, Nota.seller_order_id == SellerOrder.id)
        .where(came, Nota.cause.startswith(REFUND))
    )
    return [
        *say(wrong, "seller order {0} ({1}): notas and corrections come to {2}"),
        *compare(owed, corrected, "seller order {0}, {1}: gives back {2}, corrections of the nota {3}"),
    ]


def _lines(*keys: str) -> Rows:
    """The lines inside the papers as rows; `number` and `order` are those of the paper, the rest its own."""
    sqlite = db.engine.dialect.name == "sqlite"
    each: Any
    if sqlite:
        each = func.json_each(Nota.content, "$.lines").table_valued("value", name="each")
    else:
        each = func.json_array_elements(Nota.content["lines"]).table_valued(column("value"), name="each")

    def told(key: str) -> Any:
        if key == "number":
            return Nota.number
        if key == "order":
            return SellerOrder.number.label("seller_order")
        text = func.json_extract(each.c.value, f"$.{key}") if sqlite else each.c.value.op("->>")(key)
        whole = key in ("line", "unit_price", "quantity", "total")
        return (cast(text, BigInteger) if whole else text).label(key)

    rows = select(*(told(key) for key in keys)).select_from(Nota)
    return rows.join(SellerOrder, SellerOrder.id == Nota.seller_order_id).join(each, literal(True))
