"""Decides the seller's stock pages: all products with their counts, one product with all that moved it."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.catalog import shelving
from marketplace.catalog.forms import whole_number
from marketplace.catalog.models import Product
from marketplace.catalog.queries import product_of, products_of, shelf_row
from marketplace.catalog.shelving import StockChanged
from marketplace.catalog.stock_forms import AddForm, CorrectForm
from marketplace.catalog.stock_history import history_of
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.sellers.desk import actor, desk, open_desk, welcome

blueprint = Blueprint("seller_stock", __name__)
welcome(blueprint)


def _address(slug: str) -> str:
    return f"/penjual/stok/{slug}"


def _row_address(slug: str) -> str:
    """Back to where the count was typed: the row of the list, or the product's own page."""
    if request.form.get("dari") == "produk":
        return _address(slug)
    return f"/penjual/stok?halaman={page_number(request.args.get('halaman'))}#{slug}"


@blueprint.get("/penjual/stok")
@member_of_shop
def stock() -> ResponseReturnValue:
    """The shelf as it was last counted."""
    return _list({})


@blueprint.get("/penjual/stok/<slug>")
@member_of_shop
def shelf(slug: str) -> ResponseReturnValue:
    """One product: how many there are, what is set aside, all that moved it."""
    return _page(product_of(desk().shop, slug))


@blueprint.post("/penjual/stok/<slug>")
@member_of_shop
@once(_row_address)
def recount(slug: str) -> ResponseReturnValue:
    """Set the count of one product; `semula` is the count that the seller was shown."""
    product_of(open_desk().shop, slug)
    typed = request.form.get("jumlah", "")
    on_hand, seen = whole_number(typed), whole_number(request.form.get("semula"))
    try:
        if on_hand is None or seen is None:
            raise Invalid(_("Tulis jumlah stok dengan angka, misalnya 20."), "stok")
        with transaction():
            mine = product_of(open_desk().shop, slug)
            change = shelving.recount(mine, on_hand, seen=seen, actor=actor(), at=now())
    except (Invalid, StockChanged) as refusal:
        return _recount_refused(slug, typed, refusal.message), refusal.status
    flash(_difference(change), "success")
    return redirect(_row_address(slug), 303)


@blueprint.post("/penjual/stok/<slug>/masuk")
@member_of_shop
@once(_address)
def add(slug: str) -> ResponseReturnValue:
    """Pieces came in."""
    form, product = AddForm(), product_of(open_desk().shop, slug)
    if not form.validate():
        return _page(product, add_form=form), 422
    step = partial(shelving.add, pieces=form.pieces, note=form.catatan.data or "")
    try:
        _write(slug, step)
    except Invalid as refusal:
        form[refusal.field or "jumlah"].errors = [refusal.message]
        return _page(product_of(desk().shop, slug), add_form=form), 422
    except Conflict as refusal:
        return _too_late(slug, refusal)
    flash(_("%(pieces)s buah dicatat masuk.", pieces=form.pieces), "success")
    return redirect(_address(slug), 303)


@blueprint.post("/penjual/stok/<slug>/koreksi")
@member_of_shop
@once(_address)
def correct(slug: str) -> ResponseReturnValue:
    """Pieces went or turned up otherwise."""
    form, product = CorrectForm(), product_of(open_desk().shop, slug)
    if not form.validate():
        return _page(product, correct_form=form), 422
    words = form.catatan.data or ""
    step = partial(shelving.correct, pieces=form.pieces, why=form.alasan.data, words=words)
    try:
        _write(slug, step)
    except Invalid as refusal:
        form[refusal.field or "jumlah"].errors = [refusal.message]
        return _page(product_of(desk().shop, slug), correct_form=form), 422
    except Conflict as refusal:
        return _too_late(slug, refusal)
    flash(_("Koreksi dicatat."), "success")
    return redirect(_address(slug), 303)


@blueprint.post("/penjual/stok/<slug>/sesuai-pesanan")
@member_of_shop
@once(_address)
def make_to_order(slug: str) -> ResponseReturnValue:
    """Sell without counting (`aktif=ya`), or count again."""
    on = request.form.get("aktif") == "ya"
    with transaction():
        shelving.make_to_order(product_of(open_desk().shop, slug), on, at=now())
    if on:
        flash(_("Produk ini sekarang dibuat sesuai pesanan dan selalu bisa dibeli."), "success")
    else:
        flash(_("Stok dihitung lagi. Periksa jumlahnya di bawah."), "success")
    return redirect(_address(slug), 303)


def _write(slug: str, step: Callable[..., object]) -> None:
    with transaction():
        step(product_of(open_desk().shop, slug), actor=actor(), at=now())


def _too_late(slug: str, refusal: Conflict) -> ResponseReturnValue:
    flash(refusal.message, "error")
    return _page(product_of(desk().shop, slug)), 409


def _difference(change: int) -> str:
    if not change:
        return str(_("Stok sama dengan catatan."))
    return str(_("Stok disimpan: %(change)s dari catatan.", change=f"{change:+d}"))


def _recount_refused(slug: str, typed: str, message: str) -> str:
    if request.form.get("dari") == "produk":
        return _page(product_of(desk().shop, slug), refused=(typed, message))
    return _list({slug: (typed, message)})


def _list(refused: dict[str, tuple[str, str]]) -> str:
    """The list; `refused` holds by product what was typed and why it was not taken."""
    here = desk()
    page = products_of(here.shop, page_number(request.args.get("halaman")), at=now())
    return render_template("catalog/stock.html", desk=here, page=page, refused=refused)


def _page(
    product: Product,
    *,
    refused: tuple[str, str] | None = None,
    add_form: AddForm | None = None,
    correct_form: CorrectForm | None = None,
) -> str:
    """One product; `refused` is a count that was not taken, and why."""
    return render_template(
        "catalog/shelf.html",
        desk=desk(),
        row=shelf_row(product, at=now()),
        refused=refused,
        add=add_form or AddForm(formdata=None),
        correct=correct_form or CorrectForm(formdata=None),
        page=history_of(product.variants[0], page_number(request.args.get("halaman"))),
    )
