"""Decides what a completed sale writes into the ledger."""

from datetime import datetime

from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.orders.models import SellerOrder


def post_sale(order: SellerOrder, *, at: datetime) -> None:
    """Book a completed seller order, once; what went back to the buyer before is no part of the sale.

    Money that DesaMart holds leaves the escrow: the shop is owed its earning, DesaMart and the village have
    their parts. Where the shop got the money itself, it owes these parts.
    """
    sale = order.sale
    parts = [
        (accounts.FEES, -sale.fee),
        (accounts.village_payable(order.village_code), -sale.village),
    ]
    if order.platform_collects:
        entries = [
            (accounts.ESCROW, sale.total),
            (accounts.payable(order.shop_id), -sale.earning),
            *parts,
        ]
    else:
        entries = [(accounts.receivable(order.shop_id), sale.total - sale.earning), *parts]
    if any(amount for _, amount in entries):
        post("sale", order.number, entries, happened_at=at, at=at)
