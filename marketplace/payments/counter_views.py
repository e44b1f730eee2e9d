"""Decides the counter's pages of direct payments: what waits in its region, and the word about each."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import counter as counter_only
from marketplace.accounts.guards import person
from marketplace.kit.clock import now
from marketplace.kit.once import once
from marketplace.payments import confirming_views, counter
from marketplace.payments.confirming_views import Place
from marketplace.payments.proof_pictures import picture

blueprint = Blueprint("counter", __name__)


def _address(key: str) -> str:
    return f"/gerai/pembayaran/{key}"


@blueprint.get("/gerai/pembayaran")
@counter_only
def waiting() -> ResponseReturnValue:
    """Direct payments of the region that wait for a word."""
    at = now()
    return render_template("payments/counter_list.html", rows=counter.waiting_for(person(), at=at), at=at)


@blueprint.get("/gerai/pembayaran/<key>")
@counter_only
def payment(key: str) -> ResponseReturnValue:
    """One payment."""
    return confirming_views.show(_place(key))


@blueprint.post("/gerai/pembayaran/<key>/terima")
@counter_only
@once(_address)
def accept(key: str) -> ResponseReturnValue:
    """The money is there."""
    return confirming_views.accept(_place(key))


@blueprint.post("/gerai/pembayaran/<key>/tolak")
@counter_only
@once(_address)
def refuse(key: str) -> ResponseReturnValue:
    """The proof shows no money of ours."""
    return confirming_views.refuse(_place(key))


@blueprint.get("/gerai/pembayaran/<key>/bukti/<picture_key>")
@counter_only
def proof(key: str, picture_key: str) -> Response:
    """The picture of a proof."""
    return picture(counter.proof_of(counter.of_region(person(), key), picture_key))


def _place(key: str) -> Place:
    return Place("payments/counter_payment.html", {}, lambda: counter.of_region(person(), key), _address(key))
