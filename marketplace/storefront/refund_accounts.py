"""Decides where a buyer wants money back that no provider can send: a bank account, kept with the refund."""

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import anyone
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.payments import handing_back
from marketplace.payments.models import Refund
from marketplace.storefront.refund_notes import AccountForm
from marketplace.storefront.tracking import address_of, order_of, order_page

blueprint = Blueprint("refund_accounts", __name__)


@blueprint.post("/pesanan/<number>/rekening-pengembalian")
@anyone("the owner, or who holds the order's token")
@once(address_of)
def keep(number: str) -> ResponseReturnValue:
    """Keep the account with a refund of this order, while a person still has to send it."""
    typed = {name: request.form.get(name, "") for name in ("bank", "nomor", "atas_nama")}
    key = request.form.get("pengembalian", "")
    try:
        with transaction():
            refund = _own(number, key)
            handing_back.wanted_at(
                refund, bank=typed["bank"], number=typed["nomor"], holder=typed["atas_nama"]
            )
    except Invalid as refusal:
        wrong = AccountForm(typed["bank"], typed["nomor"], typed["atas_nama"], refusal.message, refusal.field)
        return order_page(number, accounts={key: wrong}), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return order_page(number), 409
    flash(_("Rekening Anda tersimpan. Hanya yang mengirim dananya yang melihatnya."), "success")
    return redirect(address_of(number), 303)


def _own(number: str, key: str) -> Refund:
    for child in order_of(number).children:
        try:
            return handing_back.refund_named(key, of=child)
        except NotFound:
            continue
    raise NotFound
