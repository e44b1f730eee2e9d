"""Decides whether refunds agree with what was sold: shares, refunds, their lines, fees by their rates."""

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, or_, select

from marketplace.operations.comparing import Rows, compare, say
from marketplace.orders.models import OrderLine, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments.models import LATE, PARTS_OF_A_SALE, PaymentSplit, Refund, RefundLine

SELLERS_WORD: ColumnElement[bool] = or_(*(Refund.reason.startswith(word) for word in PARTS_OF_A_SALE))
"""Refunds of an order that goes on: given by the seller, or taken back by the provider."""


def refunds() -> list[str]:
    """Every share owes its refunds, every refund is its lines, and no line gave back more than was sold."""
    owed = compare(
        select(PaymentSplit.id, PaymentSplit.owed),
        select(Refund.split_id, Refund.amount),
        "share {0}: owes {1}, its refunds are {2}",
    )
    return [*owed, *_lines(), *_so_far(), *_too_much(), *_fees(), *_moments()]


def _lines() -> list[str]:
    """A refund is the sum of its lines, part by part."""
    found = []
    for part, whole, of_line in (
        ("goods", Refund.goods, RefundLine.amount),
        ("fee", Refund.fee, RefundLine.fee),
        ("fee of the village", Refund.village_fee, RefundLine.village_fee),
    ):
        found += compare(
            select(Refund.id, whole),
            select(RefundLine.refund_id, of_line),
            f"refund {{0}}: {part} {{1}}, lines {{2}}",
        )
    return found


def _so_far() -> list[str]:
    """A seller order remembers what the seller gave back before the sale was booked."""
    found = []
    for part, remembered, of_refund in (
        ("goods", SellerOrder.goods_back, Refund.goods),
        ("delivery", SellerOrder.delivery_back, Refund.delivery),
        ("fee", SellerOrder.fee_back, Refund.fee),
        ("fee of the village", SellerOrder.village_fee_back, Refund.village_fee),
    ):
        refunds_of = _of_orders(select(SellerOrder.number, of_refund))
        found += compare(
            select(SellerOrder.number, remembered),
            refunds_of.where(SELLERS_WORD, ~Refund.after_sale),
            f"seller order {{0}}: gave back {part} {{1}} before its sale, refunds {{2}}",
        )
    return found


def _too_much() -> list[str]:
    """Nothing goes back twice: pieces and rupiah of a line, the delivery of a seller order."""
    pieces, money = func.sum(RefundLine.quantity), func.sum(RefundLine.amount)
    lines = (
        select(OrderLine.id, pieces, OrderLine.quantity, money, OrderLine.total)
        .join_from(RefundLine, OrderLine)
        .group_by(OrderLine.id, OrderLine.quantity, OrderLine.total)
        .having(or_(pieces > OrderLine.quantity, money > OrderLine.total))
        .order_by(OrderLine.id)
    )
    back = func.sum(Refund.delivery)
    deliveries = (
        _of_orders(select(SellerOrder.number, back, SellerOrder.delivery_fee))
        .group_by(SellerOrder.number, SellerOrder.delivery_fee)
        .having(back > SellerOrder.delivery_fee)
        .order_by(SellerOrder.number)
    )
    return [
        *say(lines, "order line {0}: gave back {1} of {2} pieces and {3} of {4} rupiah"),
        *say(deliveries, "seller order {0}: gave back {1} for a delivery of {2}"),
    ]


def _fees() -> list[str]:
    """What is kept of a fee is the rate of what is kept of the line."""
    found = []
    for part, fee, basis_points, fee_back in (
        ("fee", OrderLine.fee, OrderLine.fee_bp, RefundLine.fee),
        ("fee of the village", OrderLine.village_fee, OrderLine.village_fee_bp, RefundLine.village_fee),
    ):
        sums = func.sum(RefundLine.amount).label("amount"), func.sum(fee_back).label("fee")
        gone = select(RefundLine.order_line_id, *sums).group_by(RefundLine.order_line_id).subquery()
        # A sum is no integer on PostgreSQL, but dividing has to leave out the rest as `kit.money.rate` does.
        kept = cast(OrderLine.total - gone.c.amount, BigInteger)
        by_rate, stands = (kept * basis_points + 5_000) // 10_000, cast(fee - gone.c.fee, BigInteger)
        rows = (
            select(OrderLine.id, by_rate, stands)
            .join(gone, gone.c.order_line_id == OrderLine.id)
            .where(by_rate != stands)
            .order_by(OrderLine.id)
        )
        found += say(rows, f"order line {{0}}: {part} of what is kept {{1}}, stands {{2}}")
    return found


def _moments() -> list[str]:
    """A refund is one of a booked sale exactly from the completion on."""
    completed = SellerOrder.status == Status.COMPLETED.value
    wrong = _of_orders(select(Refund.id, SellerOrder.number)).where(
        or_(
            and_(Refund.after_sale, ~completed),
            and_(Refund.after_sale, Refund.owed_at < SellerOrder.completed_at),
            and_(
                ~Refund.after_sale,
                completed,
                Refund.reason != LATE,
                Refund.owed_at > SellerOrder.completed_at,
            ),
        )
    )
    return say(wrong.order_by(Refund.id), "refund {0}: on the wrong side of the sale of {1}")


def _of_orders(rows: Rows) -> Rows:
    return (
        rows.select_from(Refund)
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .join(SellerOrder, SellerOrder.id == PaymentSplit.seller_order_id)
    )
