"""Decides the seller's pages of a nota. The buyer's address stands on it only while the order lives."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import member_of_shop
from marketplace.orders import queries
from marketplace.orders.models import SellerOrder
from marketplace.orders.notas import answers
from marketplace.orders.states import ENDED, Status
from marketplace.sellers.desk import desk, welcome

blueprint = Blueprint("seller_notas", __name__)
welcome(blueprint)


@blueprint.get("/penjual/pesanan/<number>/nota")
@blueprint.get("/penjual/pesanan/<number>/nota/<paper>")
@member_of_shop
def nota(number: str, paper: str | None = None) -> ResponseReturnValue:
    """The nota of an order of the shop, or one of its corrections."""
    mine = queries.seller_order_of(desk().shop, number)
    back = f"/penjual/pesanan/{mine.number}"
    return answers.page(
        mine,
        paper,
        address=lambda tail: f"{back}/nota{tail}",
        back=back,
        with_address=_lives(mine),
    )


@blueprint.get("/penjual/pesanan/<number>/nota.pdf")
@blueprint.get("/penjual/pesanan/<number>/nota/<paper>.pdf")
@member_of_shop
def nota_pdf(number: str, paper: str | None = None) -> ResponseReturnValue:
    """The same as PDF."""
    mine = queries.seller_order_of(desk().shop, number)
    return answers.pdf(mine, paper, with_address=_lives(mine))


def _lives(order: SellerOrder) -> bool:
    """Whether the seller may see the buyer's address; the rule of `seller_pages.contact` (UU PDP)."""
    return Status(order.status) not in ENDED
