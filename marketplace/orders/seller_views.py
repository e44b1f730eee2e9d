"""Decides the seller's pages of orders: the list, one order, and one form for each step it may take now."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.config import settings
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.orders import detours, queries, seller_list, seller_pages, steps
from marketplace.orders.answering import answer_words
from marketplace.orders.detour_forms import CallOffForm, FailForm, TakeBackForm
from marketplace.orders.forms import DECLINE_REASONS, DeclineForm, ShipForm
from marketplace.orders.models import SellerOrder
from marketplace.orders.seller_order_page import Forms, show
from marketplace.sellers.desk import actor, desk, welcome

blueprint = Blueprint("seller_orders", __name__)
welcome(blueprint)

EVERYTHING = "semua"
LIST = "/penjual/pesanan"


def _address(number: str) -> str:
    """Where a step leads to: back to the list, if it was taken there."""
    return LIST if request.form.get("dari") == "daftar" else f"{LIST}/{number}"


@blueprint.get("/penjual/pesanan")
@member_of_shop
def orders() -> ResponseReturnValue:
    """The shop's orders: what must be done first on top, each with its one likeliest step right there."""
    here = desk()
    group = request.args.get("status", EVERYTHING)
    group = group if group in queries.GROUPS else EVERYTHING
    found = queries.seller_orders_of(here.shop, group, page_number(request.args.get("halaman")))
    found = replace(found, address=lambda number: f"{request.path}?status={group}&halaman={number}")
    return render_template(
        "orders/seller_orders.html",
        desk=here,
        group=group,
        sizes=queries.group_sizes(here.shop),
        page=found,
        beside=queries.open_beside(here.shop, found) if group == EVERYTHING else [],
        cards=seller_list.cards(found.rows, public_url=settings().public_url, at=now()),
        reasons=DECLINE_REASONS,
        answers=answer_words(here.shop),
        badge_of=seller_pages.badge_of,
    )


@blueprint.get("/penjual/pesanan/<number>")
@member_of_shop
def order(number: str) -> ResponseReturnValue:
    """One order."""
    here = desk()
    return show(here, queries.seller_order_of(here.shop, number))


@blueprint.post("/penjual/pesanan/<number>/terima")
@member_of_shop
@once(_address)
def accept(number: str) -> ResponseReturnValue:
    """Take the order on."""
    return _step(number, steps.accept, _("Pesanan diterima. Siapkan dan kemas barangnya."))


@blueprint.post("/penjual/pesanan/<number>/tolak")
@member_of_shop
@once(_address)
def decline(number: str) -> ResponseReturnValue:
    """Decline the order, with a reason."""
    form = DeclineForm()
    if not form.validate():
        return _refused(number, Forms(decline=form))
    step = partial(steps.decline, reason=form.alasan.data or "")
    return _step(number, step, _("Pesanan ditolak. Pembeli diberi tahu alasannya."))


@blueprint.post("/penjual/pesanan/<number>/kemas")
@member_of_shop
@once(_address)
def pack(number: str) -> ResponseReturnValue:
    """The goods are packed."""
    return _step(number, steps.pack, _("Pesanan sudah dikemas."))


@blueprint.post("/penjual/pesanan/<number>/kirim")
@member_of_shop
@once(_address)
def ship(number: str) -> ResponseReturnValue:
    """The goods are handed over."""
    form = ShipForm().for_order(_mine(number))
    if not form.validate():
        return _refused(number, Forms(ship=form))
    step = partial(steps.ship, courier=form.kurir.data, tracking_number=form.number)
    try:
        return _step(number, step, _("Pesanan dalam perjalanan ke pembeli."))
    except Invalid as refusal:
        form[refusal.field or "kurir"].errors = [refusal.message]
        return _refused(number, Forms(ship=form))


@blueprint.post("/penjual/pesanan/<number>/siap-diambil")
@member_of_shop
@once(_address)
def mark_ready(number: str) -> ResponseReturnValue:
    """The buyer can come."""
    return _step(number, steps.mark_ready, _("Pembeli bisa mengambil pesanannya."))


@blueprint.post("/penjual/pesanan/<number>/sampai")
@member_of_shop
@once(_address)
def deliver(number: str) -> ResponseReturnValue:
    """The goods are with the buyer."""
    return _step(
        number, steps.deliver, _("Pesanan sampai. Selesai setelah pembeli menerima, paling lama 3 hari.")
    )


@blueprint.post("/penjual/pesanan/<number>/batalkan")
@member_of_shop
@once(_address)
def call_off(number: str) -> ResponseReturnValue:
    """Take an accepted order back, with a reason."""
    _mine(number)
    form = CallOffForm()
    if not form.validate():
        return _refused(number, Forms(call_off=form))
    step = partial(detours.call_off, reason=form.alasan.data or "")
    return _step(number, step, _("Pesanan dibatalkan. Pembeli diberi tahu alasannya."))


@blueprint.post("/penjual/pesanan/<number>/gagal-kirim")
@member_of_shop
@once(_address)
def fail(number: str) -> ResponseReturnValue:
    """The goods did not reach the buyer."""
    _mine(number)
    form = FailForm()
    if not form.validate():
        return _refused(number, Forms(fail=form))
    step = partial(detours.fail, cause=form.cause, note=form.note)
    return _step(number, step, _("Dicatat. Kirim lagi, atau catat barangnya kembali."))


@blueprint.post("/penjual/pesanan/<number>/kembali")
@member_of_shop
@once(_address)
def take_back(number: str) -> ResponseReturnValue:
    """The goods are with the seller again."""
    form = TakeBackForm().for_order(_mine(number))
    if not form.validate():
        return _refused(number, Forms(take_back=form))
    step = partial(detours.take_back, sellable=form.sellable, reason=form.alasan.data or "")
    return _step(number, step, _("Barang tercatat kembali. Pesanan ini berakhir."))


def _mine(number: str) -> SellerOrder:
    return queries.seller_order_of(desk().shop, number)


def _step(number: str, step: Callable[..., SellerOrder], done: str) -> ResponseReturnValue:
    """Take one step with an order of this shop. Who was slower is told, and sees the order (409)."""
    try:
        with transaction():
            step(_mine(number).id, actor=actor(), at=now())
    except Conflict as refusal:
        flash(refusal.message, "error")
        return show(desk(), _mine(number)), 409
    address = _address(number)
    flash(f"{number}: {done}" if address == LIST else done, "success")
    return redirect(address, 303)


def _refused(number: str, forms: Forms) -> ResponseReturnValue:
    return show(desk(), _mine(number), forms), 422
