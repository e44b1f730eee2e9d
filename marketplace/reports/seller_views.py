"""Decides the page on which a shop reads how it is doing, and the same numbers as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.numbers import format_compact_decimal
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.indicators.charts import Chart, line_chart
from marketplace.kit.clock import day_wib, now
from marketplace.kit.csv_files import Cell, csv_response
from marketplace.kit.money import rupiah
from marketplace.orders.answering import answer_words
from marketplace.payouts import money_page, statement
from marketplace.payouts.payees import Payee
from marketplace.payouts.statement import Span
from marketplace.reports import selling
from marketplace.reports.selling import MARKER, Week
from marketplace.sellers.desk import Desk, desk, welcome

blueprint = Blueprint("seller_reports", __name__)
welcome(blueprint)


@blueprint.get("/penjual/laporan")
@member_of_shop
def page() -> ResponseReturnValue:
    """Sales by week, best products, turnover of the year, money owed and paid."""
    here, at = desk(), now()
    found = selling.report(here.shop, today=day_wib(at))
    return render_template(
        "reports/seller_report.html",
        desk=here,
        report=found,
        chart=_chart(found.weeks),
        marker=MARKER,
        answers=answer_words(here.shop),
        money=None if here.helping else _money(here, at),
    )


@blueprint.get("/penjual/laporan.csv")
@member_of_shop
def file() -> ResponseReturnValue:
    """The weeks as a file, or the best products (`isi=produk`)."""
    here = desk()
    found = selling.report(here.shop, today=day_wib(now()))
    if request.args.get("isi") == "produk":
        goods: list[list[Cell]] = [[sold.name, sold.quantity, sold.unit, sold.net] for sold in found.best]
        return csv_response(f"produk-{here.shop.slug}", ("produk", "jumlah", "satuan", "penjualan"), goods)
    weeks: list[list[Cell]] = [
        [week.first.isoformat(), week.last.isoformat(), week.orders, week.net] for week in found.weeks
    ]
    return csv_response(f"penjualan-{here.shop.slug}", ("mulai", "sampai", "pesanan", "penjualan"), weeks)


@dataclass(frozen=True)
class Money:
    """What DesaMart owes the shop, what it owes, what is on its way, what has arrived so far; rupiah."""

    owed: int
    owing: int
    on_the_way: int
    paid: int


def _money(here: Desk, at: datetime) -> Money:
    payee = Payee(shop_id=here.shop.id)
    present = money_page.money_now(payee, at=at)
    sent = -statement.totals(payee, Span()).parts[statement.PAYOUTS]
    return Money(present.owed, present.owing, present.on_the_way, sent - present.on_the_way)


def _chart(weeks: Sequence[Week]) -> Chart | None:
    points: list[tuple[str, Decimal | None, str]] = [
        (
            format_date(week.first, "d MMM"),
            Decimal(week.net),
            _("Minggu %(day)s: %(net)s", day=format_date(week.first, "d MMM"), net=rupiah(week.net)),
        )
        for week in weeks
    ]
    return line_chart(points, lambda number: format_compact_decimal(number, locale="id", fraction_digits=1))
