"""Decides the counter's pages of what was sold: one sale with its notas; a day, its cash box, paper, file."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import counter, person
from marketplace.counter_sales import queries, taking_back
from marketplace.counter_sales.forms import TakeBackForm
from marketplace.counter_sales.places import village_asked
from marketplace.counter_sales.queries import Sold
from marketplace.counter_sales.wording import way
from marketplace.kit.clock import WIB, day_wib, now
from marketplace.kit.csv_files import Cell, csv_response
from marketplace.kit.errors import Conflict
from marketplace.kit.money import rupiah
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.orders.notas import answers
from marketplace.regions.models import Region

CSV_HEAD = (
    *("nomor", "jam", "toko", "barang", "varian", "jumlah", "satuan", "harga", "nilai"),
    *("dibayar dengan", "dikembalikan dari toko ini", "dicatat oleh"),
)
FIRST_DAY = date(2020, 1, 1)
blueprint = Blueprint("counter_day", __name__)


def _sale_address(number: str) -> str:
    return f"/gerai/jual/{number}?{urlencode({'desa': request.values.get('desa', '')})}"


@blueprint.get("/gerai/jual/hari")
@counter
def day() -> ResponseReturnValue:
    """The sales of a day (`tanggal`, WIB; today if not said) and what must lie in the cash box."""
    return render_template("counter_sales/day.html", **_told(village_asked()))


@blueprint.get("/gerai/jual/hari/cetak")
@counter
def paper() -> ResponseReturnValue:
    """The same for paper."""
    return render_template(
        "counter_sales/paper.html", **_told(village_asked()), operator=person(), printed_at=now()
    )


@blueprint.get("/gerai/jual/hari.csv")
@counter
def file() -> Response:
    """The same as a file: a row for each kind of goods, nothing of the buyers."""
    village, wanted = village_asked(), _day()
    sold = queries.day(village.code, wanted)
    return csv_response(f"gerai-{village.code}-{wanted}", CSV_HEAD, _rows(sold))


@blueprint.get("/gerai/jual/<number>")
@counter
def sale(number: str) -> ResponseReturnValue:
    """One sale."""
    return _page(village_asked(), number, TakeBackForm(formdata=None))


@blueprint.post("/gerai/jual/<number>/tarik")
@counter
@once(_sale_address)
def take_back(number: str) -> ResponseReturnValue:
    """Take it back, with a reason."""
    village, form = village_asked(), TakeBackForm()
    if not form.validate():
        return _page(village, number, form), 422
    try:
        with transaction():
            order = queries.sale_of(village.code, number).order
            back = taking_back.take_back(order, reason=form.alasan.data or "", operator=person(), at=now())
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(village, number, form), 409
    flash(_("Penjualan ditarik. %(back)s kembali ke pembeli.", back=rupiah(back)), "success")
    return redirect(_sale_address(number), 303)


@blueprint.get("/gerai/jual/nota/<number>")
@blueprint.get("/gerai/jual/nota/<number>/<paper>")
@counter
def nota(number: str, paper: str | None = None) -> ResponseReturnValue:
    """The nota of one shop's part of a sale, or one of its corrections."""
    village = village_asked()
    part, asked = queries.part_of(village.code, number), urlencode({"desa": village.code})
    return answers.page(
        part,
        paper,
        address=lambda tail: f"/gerai/jual/nota/{part.number}{tail}?{asked}",
        back=f"/gerai/jual/{part.order.number}?{asked}",
    )


@blueprint.get("/gerai/jual/nota/<number>.pdf")
@blueprint.get("/gerai/jual/nota/<number>/<paper>.pdf")
@counter
def nota_pdf(number: str, paper: str | None = None) -> ResponseReturnValue:
    """The same as PDF."""
    return answers.pdf(queries.part_of(village_asked().code, number), paper)


def _page(village: Region, number: str, form: TakeBackForm) -> str:
    found, at = queries.sale_of(village.code, number), now()
    return render_template(
        "counter_sales/sale.html",
        village=village,
        sold=found,
        form=form,
        today=day_wib(found.at) == day_wib(at),
        way=way,
    )


def _told(village: Region) -> dict[str, object]:
    wanted, today = _day(), day_wib(now())
    sold = queries.day(village.code, wanted)
    return {
        "village": village,
        "day": wanted,
        "today": today,
        "sold": sold,
        "ways": queries.by_way(sold),
        "shops": queries.by_shop(sold),
        "way": way,
    }


def _rows(sold: list[Sold]) -> Iterator[tuple[Cell, ...]]:
    for each in sold:
        for child in each.order.children:
            back: Cell = each.back.get(child.id, 0)
            for line in child.lines:
                yield (
                    *(child.number, f"{each.at.astimezone(WIB):%H:%M}", child.shop.name),
                    *(line.product_name, line.variant_name, line.quantity, line.unit),
                    *(line.unit_price, line.total, way(each.order.payment_method), back, each.by),
                )
                # Told once for each shop, so that the column can be added up.
                back = 0


def _day() -> date:
    """The day asked for, today where none is, or none that has been since DesaMart began."""
    today = day_wib(now())
    try:
        asked = date.fromisoformat(request.args.get("tanggal", ""))
    except ValueError:
        return today
    return asked if FIRST_DAY <= asked <= today else today
