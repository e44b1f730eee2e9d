"""Decides the seller's page of money: what is owed to the shop, what the shop owes, each line behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.guards import member_of_shop
from marketplace.extensions import db
from marketplace.kit.money import rupiah
from marketplace.kit.paging import Page, page_number
from marketplace.ledger import accounts
from marketplace.ledger.queries import AccountLine, balance, statement, statement_length
from marketplace.orders.models import SellerOrder
from marketplace.sellers.desk import desk, welcome
from marketplace.sellers.models import Shop

blueprint = Blueprint("seller_balance", __name__)
welcome(blueprint)

PER_PAGE = 25


@dataclass(frozen=True)
class BalanceLine:
    """A line as the shop reads it: rupiah above zero are to its good. `order_number` is that of the order."""

    happened_at: datetime
    what: str
    why: str
    amount: int
    order_number: str


@blueprint.get("/penjual/saldo")
@member_of_shop
def money() -> ResponseReturnValue:
    """Balances and the lines that make them."""
    here = desk()
    return render_template(
        "payments/seller_balance.html",
        desk=here,
        owed=-balance(accounts.payable(here.shop.id)),
        owing=balance(accounts.receivable(here.shop.id)),
        page=_lines(here.shop, page_number(request.args.get("halaman"))),
    )


def _lines(shop: Shop, page: int) -> Page[BalanceLine]:
    names = [accounts.payable(shop.id), accounts.receivable(shop.id)]
    found = statement(names, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    orders = _orders(shop, (line.reference for line in found))
    rows = [_readable(line, orders.get(line.reference)) for line in found]
    return Page(rows, page, PER_PAGE, statement_length(names))


def _orders(shop: Shop, numbers: Iterable[str]) -> dict[str, SellerOrder]:
    rows = select(SellerOrder).where(SellerOrder.shop_id == shop.id, SellerOrder.number.in_(list(numbers)))
    return {order.number: order for order in db.session.scalars(rows).unique()}


def _readable(line: AccountLine, order: SellerOrder | None) -> BalanceLine:
    what, why = _words(line, order)
    return BalanceLine(line.happened_at, what, why, -line.amount, order.number if order else "")


def _words(line: AccountLine, order: SellerOrder | None) -> tuple[str, str]:
    """What a line is and how its amount comes about."""
    if line.kind != "sale" or order is None:
        return _("Pembukuan %(kind)s", kind=line.kind), line.reference
    amounts = {"total": rupiah(order.total), "fee": rupiah(order.total - order.earning)}
    if order.platform_collects:
        return _("Penjualan"), _("%(total)s dikurangi biaya %(fee)s", **amounts)
    return _("Biaya layanan"), _("Penjualan tunai %(total)s sudah Anda terima; biaya %(fee)s", **amounts)
