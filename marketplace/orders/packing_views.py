"""Decides the pages for many orders at once: what to take from the shelf, labels to print, all packed."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.config import settings
from marketplace.kit.clock import now
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.orders import packing
from marketplace.orders.labels import labels_of
from marketplace.orders.packing import Outcome
from marketplace.orders.states import Status
from marketplace.orders.urgency import due
from marketplace.sellers.desk import actor, desk, welcome

blueprint = Blueprint("packing", __name__)
welcome(blueprint)

LIST = "/penjual/pesanan/daftar-kemas"
SIZES = ("a6", "a4")


@blueprint.get("/penjual/pesanan/daftar-kemas")
@member_of_shop
def packing_list() -> ResponseReturnValue:
    """What to take from the shelf for all accepted orders, and these one by one."""
    here, at = desk(), now()
    orders = packing.waiting(here.shop)
    to_pack = [order for order in orders if order.status == Status.ACCEPTED]
    return render_template(
        "orders/packing_list.html",
        desk=here,
        picks=packing.picks(to_pack),
        to_pack=to_pack,
        packed=[order for order in orders if order.status == Status.PACKED],
        due_of=lambda order: due(Status(order.status), order.deadline_at, at=at),
    )


@blueprint.post("/penjual/pesanan/daftar-kemas")
@member_of_shop
@once(lambda: LIST)
def act_on_many() -> ResponseReturnValue:
    """Print the labels of the chosen orders, or mark all of them as packed."""
    here, numbers = desk(), request.form.getlist("pilih")
    if not numbers:
        flash(_("Pilih dulu pesanannya."), "error")
        return redirect(LIST, 303)
    if request.form.get("tindakan") == "label":
        return redirect(_labels_at(SIZES[0], numbers), 303)
    with transaction():
        outcomes = packing.pack_many(here.shop, numbers, actor=actor(), at=now())
    _tell(outcomes)
    return redirect(LIST, 303)


@blueprint.get("/penjual/pesanan/label")
@member_of_shop
def labels() -> ResponseReturnValue:
    """Labels on paper: each on a sheet of A6, or four on a sheet of A4."""
    orders = packing.chosen(desk().shop, request.args.getlist("pilih"))
    size = request.args.get("ukuran", "")
    return render_template(
        "orders/labels.html",
        labels=labels_of(orders, public_url=settings().public_url),
        size=size if size in SIZES else SIZES[0],
        others=[(each, _labels_at(each, [order.number for order in orders])) for each in SIZES],
    )


def _labels_at(size: str, numbers: Sequence[str]) -> str:
    return f"/penjual/pesanan/label?{urlencode({'ukuran': size, 'pilih': numbers}, doseq=True)}"


def _tell(outcomes: Sequence[Outcome]) -> None:
    done = [outcome.number for outcome in outcomes if not outcome.refusal]
    if done:
        flash(_("Sudah dikemas: %(numbers)s.", numbers=", ".join(done)), "success")
    for outcome in outcomes:
        if outcome.refusal:
            flash(outcome.refusal, "error")
