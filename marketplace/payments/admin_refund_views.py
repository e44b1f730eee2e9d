"""Decides finance's pages of refunds: what a person has to send, and saying that the bank has sent it."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, func, select

from marketplace.accounts.guards import administrator, person
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.paging import Page, page_number
from marketplace.kit.transaction import transaction
from marketplace.payments import handing_back
from marketplace.payments.models import BY_BANK, BY_SELLER, SUCCEEDED, Refund

blueprint = Blueprint("admin_refunds", __name__)
PER_PAGE = 30


def _page_of(key: str) -> str:
    return f"/admin/pengembalian-dana/{key}"


@blueprint.get("/admin/pengembalian-dana")
@administrator
def refunds() -> ResponseReturnValue:
    """Refunds that DesaMart owes: those that a person has to send first, then by age."""
    return render_template(
        "payments/admin_refunds.html", page=_listed(page_number(request.args.get("halaman")))
    )


@blueprint.get("/admin/pengembalian-dana/<key>")
@administrator
def refund(key: str) -> ResponseReturnValue:
    """One refund; where the buyer wants it is shown only while a person has to send it."""
    return _shown(key)


@blueprint.post("/admin/pengembalian-dana/<key>/lewat-bank")
@administrator
@once(_page_of)
def by_bank(key: str) -> ResponseReturnValue:
    """A person will send it."""
    try:
        with transaction():
            handing_back.take_over(_ours(key))
    except Conflict as refusal:
        return _too_late(key, refusal)
    flash(_("Dipindahkan. Transfer lewat bank, lalu catat referensinya."), "success")
    return redirect(_page_of(key), 303)


@blueprint.post("/admin/pengembalian-dana/<key>/terkirim")
@administrator
@once(_page_of)
def sent(key: str) -> ResponseReturnValue:
    """The bank has sent it."""
    reference = request.form.get("referensi", "")
    try:
        with transaction():
            handing_back.sent_by_bank(_ours(key), reference, actor=f"finance:{person().id}", at=now())
    except Invalid as refusal:
        return _shown(key, typed=reference, wrong=refusal.message), 422
    except Conflict as refusal:
        return _too_late(key, refusal)
    flash(_("Tercatat: dana sudah dikirim ke pembeli."), "success")
    return redirect(_page_of(key), 303)


def _too_late(key: str, refusal: Conflict) -> ResponseReturnValue:
    flash(refusal.message, "error")
    return _shown(key), 409


def _ours(key: str) -> Refund:
    """A refund that DesaMart owes, locked."""
    found = handing_back.refund_named(key)
    if found.way == BY_SELLER:
        raise NotFound
    return found


def _shown(key: str, *, typed: str = "", wrong: str = "") -> str:
    found = db.session.scalars(select(Refund).where(Refund.key == key, _owed_by_us())).unique().one_or_none()
    if found is None:
        raise NotFound
    return render_template("payments/admin_refund.html", refund=found, typed=typed, wrong=wrong)


def _listed(number: int) -> Page[Refund]:
    by_hand = case((Refund.way == BY_BANK, 0), else_=1)
    open_first = case((Refund.status == SUCCEEDED, 1), else_=0)
    rows = (
        select(Refund)
        .where(_owed_by_us())
        .order_by(open_first, by_hand, Refund.owed_at, Refund.id)
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    total = db.session.scalar(select(func.count(Refund.id)).where(_owed_by_us())) or 0
    return Page(list(db.session.scalars(rows).unique()), number, PER_PAGE, total)


def _owed_by_us() -> ColumnElement[bool]:
    return Refund.way != BY_SELLER
