"""Decides finance's pages of money that providers took back by themselves: what waits, what it paid for."""

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from marketplace.accounts.guards import administrator, person
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.paging import Page, page_number
from marketplace.kit.transaction import transaction
from marketplace.payments import clawback_form, clawing, covering
from marketplace.payments.clawback_form import ClawbackForm
from marketplace.payments.clawback_models import DISPUTED, OPEN, OVER, Clawback, ClawbackDecision
from marketplace.payments.models import SUCCEEDED, PaymentAttempt, PaymentSplit, Refund

blueprint = Blueprint("admin_clawbacks", __name__)
LIST = "/admin/dana-ditarik"
PER_PAGE = 30


def _page_of(clawback_id: int) -> str:
    return f"{LIST}/{clawback_id}"


@blueprint.get(LIST)
@administrator
def waiting() -> ResponseReturnValue:
    """What waits for a person, the oldest first; `?semua=1` all that was ever taken, the newest first."""
    number, everything = page_number(request.args.get("halaman")), bool(request.args.get("semua"))
    rows = _all() if everything else _all().where(clawing.waits())
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    order = Clawback.id.desc() if everything else Clawback.id
    cut = rows.order_by(order).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    found = list(db.session.scalars(cut).unique())
    page = Page(found, number, PER_PAGE, total, partial(_address, everything))
    return render_template("payments/admin_clawbacks.html", page=page, everything=everything)


@blueprint.get(f"{LIST}/<int:clawback_id>")
@administrator
def one(clawback_id: int) -> ResponseReturnValue:
    """One clawback: what the provider said and moved, what it paid for, and the form while that is open."""
    return _shown(_clawback(clawback_id))


@blueprint.post(f"{LIST}/<int:clawback_id>")
@administrator
@once(_page_of)
def place(clawback_id: int) -> ResponseReturnValue:
    """A person says what the money paid for."""
    clawback = _clawback(clawback_id)
    try:
        placement = clawback_form.placement_of(_form(clawback), clawback)
        with transaction():
            note = request.form.get("catatan", "")
            covering.assign(clawback_id, placement, note=note, by=person().id, at=now())
            clawing.mark_of(clawback_id, at=now())
    except Invalid as refusal:
        return _shown(_clawback(clawback_id), {refusal.field or "jumlah": refusal.message}), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _shown(_clawback(clawback_id)), 409
    flash(_("Tercatat. Uang ini sudah ditempatkan."), "success")
    return redirect(_page_of(clawback_id), 303)


@blueprint.post(f"{LIST}/<int:clawback_id>/tidak-dibukukan")
@administrator
@once(_page_of)
def dismiss(clawback_id: int) -> ResponseReturnValue:
    """A person says that there is nothing to book."""
    try:
        with transaction():
            note = request.form.get("catatan", "")
            covering.dismiss(clawback_id, note=note, by=person().id, at=now())
            clawing.mark_of(clawback_id, at=now())
    except Invalid as refusal:
        return _shown(_clawback(clawback_id), {refusal.field or "catatan": refusal.message}), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _shown(_clawback(clawback_id)), 409
    flash(_("Tercatat. Tidak ada yang dibukukan."), "success")
    return redirect(_page_of(clawback_id), 303)


def _address(everything: bool, number: int) -> str:
    return f"?semua=1&halaman={number}" if everything else f"?halaman={number}"


def _all() -> Select[Any]:
    return select(Clawback).outerjoin(PaymentAttempt, PaymentAttempt.id == Clawback.attempt_id)


def _clawback(clawback_id: int) -> Clawback:
    found = db.session.get(Clawback, clawback_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _form(clawback: Clawback, errors: dict[str, str] | None = None) -> ClawbackForm:
    rows = (
        select(PaymentSplit).where(PaymentSplit.attempt_id == clawback.attempt_id).order_by(PaymentSplit.id)
    )
    shares = list(db.session.scalars(rows).unique())
    owed = _refunds(Refund.split_id.in_([share.id for share in shares]), Refund.status != SUCCEEDED)
    return clawback_form.form_of(shares, owed, errors)


def _refunds(*conditions: Any) -> list[Refund]:
    return list(db.session.scalars(select(Refund).where(*conditions).order_by(Refund.id)).unique())


def _shown(clawback: Clawback, errors: dict[str, str] | None = None) -> str:
    counts = clawing.is_paid(clawback.attempt)
    judged = clawback.kind == DISPUTED and (
        clawback.standing == OPEN or (clawback.standing == OVER and clawback.unclear > 0)
    )
    decisions = select(ClawbackDecision).where(ClawbackDecision.clawback_id == clawback.id)
    return render_template(
        "payments/admin_clawback.html",
        clawback=clawback,
        placeable=counts and clawback.unclear != 0 and not judged,
        dismissable=not clawback.dismissed and (not counts or clawback.amount is None),
        judged=judged,
        refunds=_refunds(Refund.clawback_id == clawback.id),
        decisions=list(db.session.scalars(decisions.order_by(ClawbackDecision.id)).unique()),
        form=_form(clawback, errors),
    )
