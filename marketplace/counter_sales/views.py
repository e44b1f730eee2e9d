"""Decides the counter's page of selling: what lies on the table, its sum, and that it is sold."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import counter, person
from marketplace.config import settings
from marketplace.counter_sales import laid, ringing, table_page, wares
from marketplace.counter_sales.forms import SaleForm, Typed, is_id, read_pieces
from marketplace.counter_sales.mandates import mandates
from marketplace.counter_sales.places import village_asked
from marketplace.counter_sales.ringing import CASH, Sale
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.money import rupiah
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.orders.placing import SoldOut
from marketplace.regions.models import Region

blueprint = Blueprint("counter_sales", __name__)


def _home(**_arguments: object) -> str:
    asked = {name: request.values[name] for name in ("desa", "q") if request.values.get(name)}
    return f"/gerai/jual?{urlencode(asked)}"


@blueprint.get("/gerai/jual")
@counter
def table() -> ResponseReturnValue:
    """The table and the goods of the village that may be sold here."""
    village = village_asked()
    return _page(village, Typed(laid.on_table(village.code)), _fresh())


@blueprint.post("/gerai/jual")
@counter
@once(_home)
def act() -> ResponseReturnValue:
    """Lay something on the table, count again, clear it, or sell what lies there."""
    village = village_asked()
    if "tambah" in request.form:
        return _add(village)
    if request.form.get("aksi") == "kosongkan":
        laid.clear()
        return redirect(_home(), 303)
    typed, form = read_pieces(request.form), SaleForm()
    if not typed.reasons:
        laid.lay(village.code, typed.pieces)
    if request.form.get("aksi") == "hitung":
        return _page(village, typed, form), 422 if typed.reasons else 200
    if not form.validate() or typed.reasons:
        return _page(village, typed, form), 422
    return _sell(village, typed, form)


def _sell(village: Region, typed: Typed, form: SaleForm) -> ResponseReturnValue:
    sale = Sale(
        village.code,
        typed.pieces,
        form.pembayaran.data or "",
        form.seen,
        form.telepon.data or "",
        form.office,
    )
    try:
        with transaction():
            placed = ringing.ring_up(sale, operator=person(), secret=settings().secret_key, at=now())
    except Invalid as refusal:
        _explain(form, refusal)
        return _page(village, typed, form), 422
    except SoldOut as refusal:
        form.form_errors.append(refusal.message)
        return _page(village, typed, form), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(village, typed, form), 409
    laid.clear()
    flash(_("Terjual %(total)s. Tercatat.", total=rupiah(placed.total)), "success")
    return redirect(f"/gerai/jual/{placed.number}?{urlencode({'desa': village.code})}", 303)


def _add(village: Region) -> ResponseReturnValue:
    """One more of what was pressed, as its seller allows it."""
    text = request.form["tambah"]
    if not is_id(text):
        raise NotFound
    at, variant_id, pieces = now(), int(text), laid.on_table(village.code)
    try:
        found = wares.check([variant_id], mandates(person(), village.code, at=at).keys(), at=at)
        if len(pieces.keys() | {variant_id}) > laid.MOST_KINDS:
            raise Invalid("Terlalu banyak macam barang. Catat dulu penjualan ini.")
        product = found[variant_id].product
        laid.lay(village.code, pieces | {variant_id: wares.one_more(product, pieces.get(variant_id, 0))})
    except Invalid as refusal:
        form = _fresh()
        form.form_errors.append(refusal.message)
        return _page(village, Typed(pieces), form), 422
    return redirect(_home(), 303)


def _fresh() -> SaleForm:
    return SaleForm(formdata=None, pembayaran=CASH)


def _explain(form: SaleForm, refusal: Invalid) -> None:
    if refusal.field in ("pembayaran", "telepon"):
        form[refusal.field].errors = [refusal.message]
    else:
        form.form_errors.append(refusal.message)


def _page(village: Region, typed: Typed, form: SaleForm) -> str:
    words = request.values.get("q", "").strip()[:80]
    # What could not be read stays on the table with one piece, beside what was typed.
    pieces = {each: typed.pieces.get(each, 1) for each in (*typed.pieces, *typed.reasons)}
    page = table_page.read(
        person(), village.code, pieces, words, page_number(request.args.get("halaman")), at=now()
    )
    form.offer(page.ways)
    form.total.data = str(page.total)
    return render_template(
        "counter_sales/table.html", village=village, page=page, form=form, typed=typed, words=words
    )
