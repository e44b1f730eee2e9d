"""Decides the seller's pages of money: balance and lines, the statement on paper and as a file, payouts."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from marketplace.accounts.guards import member_of_shop
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.csv_files import csv_response
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import page_number
from marketplace.payouts import money_page, queries, statement
from marketplace.payouts.models import Payout
from marketplace.payouts.payees import Payee
from marketplace.sellers.desk import own_desk, welcome

blueprint = Blueprint("seller_balance", __name__)
welcome(blueprint)


@blueprint.get("/penjual/saldo")
@member_of_shop
def money() -> ResponseReturnValue:
    """How the shop's money stands, and the lines that make it so."""
    here = own_desk()
    return render_template(
        "payouts/seller_balance.html", desk=here, money=money_page.read(Payee(shop_id=here.shop.id), at=now())
    )


@blueprint.get("/penjual/saldo/laporan")
@member_of_shop
def report() -> ResponseReturnValue:
    """The statement of a month, for paper."""
    here, span = own_desk(), money_page.asked_span()
    payee = Payee(shop_id=here.shop.id)
    return render_template(
        "payouts/statement.html",
        name=here.shop.name,
        place=here.shop.village.name,
        back="/penjual/saldo",
        span=span,
        totals=statement.totals(payee, span),
        lines=list(statement.all_lines(payee, span)),
        printed_at=now(),
    )


@blueprint.get("/penjual/saldo.csv")
@member_of_shop
def file() -> ResponseReturnValue:
    """The statement as a file."""
    here, span = own_desk(), money_page.asked_span()
    rows = money_page.csv_rows(Payee(shop_id=here.shop.id), span)
    return csv_response(money_page.file_name(here.shop.slug, span), money_page.CSV_HEAD, rows)


@blueprint.get("/penjual/pencairan/<number>")
@member_of_shop
def payout(number: str) -> ResponseReturnValue:
    """One payout to the shop, with the orders in it."""
    here = own_desk()
    rows = select(Payout).where(Payout.number == number, Payout.shop_id == here.shop.id)
    found = db.session.scalars(rows).unique().one_or_none()
    if found is None:
        raise NotFound
    page = queries.claimed_page(found.id, page_number(request.args.get("halaman")))
    return render_template("payouts/seller_payout.html", desk=here, payout=found, page=page)
