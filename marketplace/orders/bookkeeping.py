"""Decides what a completed sale writes into the ledger."""

from datetime import datetime

from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.orders.models import SellerOrder


def post_sale(order: SellerOrder, *, at: datetime) -> None:
    """Book a completed seller order, once.

    Money that DesaMart holds leaves the escrow: the shop is owed its total less the fee. Where the shop got
    the cash itself, it owes the fee.
    """
    if order.platform_collects:
        entries = [
            (accounts.ESCROW, order.total),
            (accounts.payable(order.shop_id), order.fee - order.total),
            (accounts.FEES, -order.fee),
        ]
    else:
        entries = [(accounts.receivable(order.shop_id), order.fee), (accounts.FEES, -order.fee)]
    if any(amount for _, amount in entries):
        post("sale", order.number, entries, happened_at=at, at=at)
