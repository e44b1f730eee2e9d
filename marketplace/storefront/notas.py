"""Decides the buyer's pages of a nota: for the owner of the order, or who holds its token."""

from urllib.parse import urlencode

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import anyone
from marketplace.orders import queries as orders
from marketplace.orders.models import SellerOrder
from marketplace.orders.notas import answers
from marketplace.storefront.furniture import visitor

blueprint = Blueprint("notas", __name__)


@blueprint.get("/pesanan/<number>/nota/<shop>")
@blueprint.get("/pesanan/<number>/nota/<shop>/<paper>")
@anyone("the owner, or who holds the order's token")
def nota(number: str, shop: str, paper: str | None = None) -> ResponseReturnValue:
    """The nota of what one shop sold, or one of its corrections."""
    child = _child(number, shop)
    way = f"/pesanan/{child.order.number}/nota/{child.shop.slug}"
    return answers.page(
        child,
        paper,
        address=lambda tail: f"{way}{tail}{_query()}",
        back=f"/pesanan/{child.order.number}{_query()}",
    )


@blueprint.get("/pesanan/<number>/nota/<shop>.pdf")
@blueprint.get("/pesanan/<number>/nota/<shop>/<paper>.pdf")
@anyone("the owner, or who holds the order's token")
def nota_pdf(number: str, shop: str, paper: str | None = None) -> ResponseReturnValue:
    """The same as PDF."""
    return answers.pdf(_child(number, shop), paper)


def _child(number: str, shop: str) -> SellerOrder:
    return orders.child_of(orders.order_for(number, visitor(), request.args.get("token")), shop)


def _query() -> str:
    token = request.args.get("token")
    return f"?{urlencode({'token': token})}" if token else ""
