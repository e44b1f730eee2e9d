"""Decides the shop's own page of a direct payment: only its members can look into its account."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import member_of_shop
from marketplace.kit.once import once
from marketplace.payments import confirming_views, counter
from marketplace.payments.confirming_views import Place
from marketplace.payments.proof_pictures import picture
from marketplace.sellers.desk import desk, welcome

blueprint = Blueprint("seller_payments", __name__)
welcome(blueprint)


def _address(number: str) -> str:
    return f"/penjual/pesanan/{number}/pembayaran"


@blueprint.get("/penjual/pesanan/<number>/pembayaran")
@member_of_shop
def payment(number: str) -> ResponseReturnValue:
    """How the direct payment of an order stands."""
    return confirming_views.show(_place(number))


@blueprint.post("/penjual/pesanan/<number>/pembayaran/terima")
@member_of_shop
@once(_address)
def accept(number: str) -> ResponseReturnValue:
    """The money is there."""
    return confirming_views.accept(_place(number))


@blueprint.post("/penjual/pesanan/<number>/pembayaran/tolak")
@member_of_shop
@once(_address)
def refuse(number: str) -> ResponseReturnValue:
    """The proof shows no money of ours."""
    return confirming_views.refuse(_place(number))


@blueprint.get("/penjual/pesanan/<number>/pembayaran/bukti/<picture_key>")
@member_of_shop
def proof(number: str, picture_key: str) -> Response:
    """The picture of a proof."""
    return picture(counter.proof_of(counter.of_shop(desk().shop, number), picture_key))


def _place(number: str) -> Place:
    here = desk()
    return Place(
        "payments/seller_payment.html",
        {"desk": here},
        lambda: counter.of_shop(here.shop, number),
        _address(number),
    )
