"""Decides how a seller closes a complaint with money: only what was given back since then closes it."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.orders import detours
from marketplace.orders.detour_forms import SettleForm
from marketplace.orders.models import SellerOrder
from marketplace.orders.queries import events, seller_order_of
from marketplace.orders.seller_order_page import Forms, show
from marketplace.payments.queries import given_back
from marketplace.sellers.desk import actor, desk, welcome

blueprint = Blueprint("seller_complaints", __name__)
welcome(blueprint)


def _address(number: str) -> str:
    return f"/penjual/pesanan/{number}"


@blueprint.post("/penjual/pesanan/<number>/selesaikan")
@member_of_shop
@once(_address)
def settle(number: str) -> ResponseReturnValue:
    """Close a complaint after part of the money went back."""
    here, form = desk(), SettleForm()
    mine = seller_order_of(here.shop, number)
    if not form.validate():
        return show(here, mine, Forms(settle=form)), 422
    try:
        with transaction():
            mine = seller_order_of(here.shop, number)
            _settle(mine, form.alasan.data or "")
    except Conflict as refusal:
        flash(refusal.message, "error")
        return show(desk(), seller_order_of(here.shop, number), Forms(settle=form)), 409
    flash(_("Komplain ditutup dan pesanan selesai."), "success")
    return redirect(_address(number), 303)


def _settle(mine: SellerOrder, reason: str) -> None:
    since = events(mine)[-1].at
    back = given_back(mine.id, since=since)
    detours.settle(mine.id, actor=actor(), at=now(), reason=reason, given_back=back)
