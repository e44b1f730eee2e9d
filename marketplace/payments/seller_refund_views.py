"""Decides the seller's pages of giving money back: what, with a look at what it comes to, and by hand."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.orders.models import SellerOrder
from marketplace.orders.queries import seller_order_of
from marketplace.payments import handing_back, owing, refund_form
from marketplace.payments.queries import refunds_of
from marketplace.payments.refund_form import Preview, RefundForm
from marketplace.sellers.desk import actor, desk, welcome

blueprint = Blueprint("seller_refunds", __name__)
welcome(blueprint)


def _page_of(number: str, **_rest: str) -> str:
    return f"/penjual/pesanan/{number}/pengembalian-dana"


@blueprint.get("/penjual/pesanan/<number>/pengembalian-dana")
@member_of_shop
def refunds(number: str) -> ResponseReturnValue:
    """What went back of an order, and the form for more."""
    return _page(_mine(number))


@blueprint.post("/penjual/pesanan/<number>/pengembalian-dana")
@member_of_shop
@once(_page_of)
def give_back(number: str) -> ResponseReturnValue:
    """Give back a part or all of it; with `pratinjau`, only show what that comes to."""
    order = _mine(number)
    form = refund_form.form_of(order, owing.left_of(order))
    try:
        wish = refund_form.wish_of(form)
        if request.form.get("pratinjau"):
            shown = refund_form.preview(order, owing.left_of(order), wish)
            return _page(order, form, preview=shown)
        with transaction():
            made = owing.refund(_mine(number).id, wish, words=form.words, actor=actor(), at=now())
            by_hand = made.way == "seller"
    except Invalid as refusal:
        return _refused(number, {refusal.field or "jumlah": refusal.message}), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(_mine(number)), 409
    words = (
        _("Dicatat. Berikan uangnya kepada pembeli, lalu tandai di bawah.")
        if by_hand
        else _("Dicatat. Uangnya kami kembalikan kepada pembeli.")
    )
    flash(words, "success")
    return redirect(_page_of(number), 303)


@blueprint.post("/penjual/pesanan/<number>/pengembalian-dana/<key>/diberikan")
@member_of_shop
@once(_page_of)
def given(number: str, key: str) -> ResponseReturnValue:
    """The seller has given the money back by hand."""
    note = request.form.get("catatan", "")
    try:
        with transaction():
            refund = handing_back.refund_named(key, of=_mine(number))
            handing_back.given_by_seller(refund, note, actor=actor(), at=now())
    except Invalid as refusal:
        return _refused(number, {f"catatan-{key}": refusal.message}), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(_mine(number)), 409
    flash(_("Tercatat. Pembeli membaca catatan Anda."), "success")
    return redirect(_page_of(number), 303)


def _mine(number: str) -> SellerOrder:
    return seller_order_of(desk().shop, number)


def _refused(number: str, errors: dict[str, str]) -> str:
    order = _mine(number)
    return _page(order, refund_form.form_of(order, owing.left_of(order), errors))


def _page(order: SellerOrder, form: RefundForm | None = None, preview: Preview | None = None) -> str:
    left = owing.left_of(order)
    at = now()
    return render_template(
        "payments/seller_refund.html",
        desk=desk(),
        order=order,
        left=left,
        form=form or refund_form.form_of(order, left),
        preview=preview,
        possible=owing.refundable(order, at=at) and left.total > 0,
        refunds=refunds_of([order.id]).get(order.id, []),
        note=request.form.get("catatan", ""),
    )
