"""Decides what a completed sale writes into the ledger."""

from datetime import datetime

from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.orders.models import SellerOrder


def post_sale(order: SellerOrder, *, at: datetime) -> None:
    """Book a completed seller order, once.

    Money that DesaMart holds leaves the escrow: the shop is owed its earning, DesaMart and the village have
    their parts. Where the shop got the money itself, it owes these parts.
    """
    parts = [
        (accounts.FEES, -order.fee),
        (accounts.village_payable(order.village_code), -order.village_fee - order.village_delivery),
    ]
    if order.platform_collects:
        entries = [
            (accounts.ESCROW, order.total),
            (accounts.payable(order.shop_id), -order.earning),
            *parts,
        ]
    else:
        entries = [(accounts.receivable(order.shop_id), order.total - order.earning), *parts]
    if any(amount for _, amount in entries):
        post("sale", order.number, entries, happened_at=at, at=at)
