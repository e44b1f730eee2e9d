"""Decides finance's pages of money that did not fit: what waits, what was decided, and deciding."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from marketplace.accounts.guards import administrator, person
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.paging import Page, page_number
from marketplace.kit.transaction import transaction
from marketplace.payments import parked
from marketplace.payments.models import COUNTED, NOT_OURS, PARKED, ParkedDecision, ProviderEvent
from marketplace.payments.parked_form import ParkedForm

blueprint = Blueprint("admin_parked", __name__)
LIST = "/admin/dana-tertahan"
PER_PAGE = 30


def _page_of(event_id: int) -> str:
    return f"{LIST}/{event_id}"


@blueprint.get(LIST)
@administrator
def waiting() -> ResponseReturnValue:
    """What waits for a person, the oldest first; `?selesai=1` what was decided, the newest first."""
    number = page_number(request.args.get("halaman"))
    if request.args.get("selesai"):
        return render_template("payments/admin_parked.html", page=_decided(number), settled=True)
    return render_template("payments/admin_parked.html", page=_waiting(number), settled=False)


@blueprint.get(f"{LIST}/<int:event_id>")
@administrator
def one(event_id: int) -> ResponseReturnValue:
    """One word that did not fit: what was said, what had been asked, and the form or what was decided."""
    return _shown(event_id)


@blueprint.post(f"{LIST}/<int:event_id>")
@administrator
@once(_page_of)
def settle(event_id: int) -> ResponseReturnValue:
    """A person says what happened to the money."""
    form = _form(event_id)
    if not form.validate():
        return _shown(event_id, form), 422
    try:
        with transaction():
            _settle(event_id, form)
    except Invalid as refusal:
        form[refusal.field or "hasil"].errors = [refusal.message]
        return _shown(event_id, form), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _shown(event_id), 409
    flash(_("Tercatat. Uang ini tidak lagi menunggu."), "success")
    return redirect(_page_of(event_id), 303)


def _settle(event_id: int, form: ParkedForm) -> None:
    by, at, note = person().id, now(), form.catatan.data or ""
    reference = form.referensi.data or ""
    if form.hasil.data == NOT_OURS:
        parked.dismiss(event_id, note=note, by=by, at=at)
    elif form.hasil.data == COUNTED:
        order = (form.pesanan.data or "") if "pesanan" in form else ""
        parked.count(event_id, order_number=order, reference=reference, note=note, by=by, at=at)
    else:
        parked.give_back(event_id, way=form.hasil.data, reference=reference, note=note, by=by, at=at)


def _shown(event_id: int, form: ParkedForm | None = None) -> str:
    event = _event(event_id)
    attempt = parked.attempt_of(event)
    decision = parked.decision_of(event_id)
    return render_template(
        "payments/admin_parked_event.html",
        event=event,
        attempt=attempt if decision is None else decision.attempt or attempt,
        decision=decision,
        form=form or ParkedForm(formdata=None, event=event, attempt=attempt),
        why_not=parked.why_not(event, attempt),
    )


def _form(event_id: int) -> ParkedForm:
    event = _event(event_id)
    return ParkedForm(event=event, attempt=parked.attempt_of(event))


def _event(event_id: int) -> ProviderEvent:
    rows = select(ProviderEvent).where(ProviderEvent.id == event_id, ProviderEvent.verdict == PARKED)
    event = db.session.scalars(rows).one_or_none()
    if event is None:
        raise NotFound
    return event


def _waiting(number: int) -> Page[ProviderEvent]:
    rows = select(ProviderEvent).where(parked.waits()).order_by(ProviderEvent.received_at, ProviderEvent.id)
    total = db.session.scalar(select(func.count(ProviderEvent.id)).where(parked.waits())) or 0
    cut = rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(list(db.session.scalars(cut)), number, PER_PAGE, total)


def _decided(number: int) -> Page[ParkedDecision]:
    rows = select(ParkedDecision).order_by(ParkedDecision.id.desc())
    total = db.session.scalar(select(func.count(ParkedDecision.id))) or 0
    cut = rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    found = list(db.session.scalars(cut).unique())
    return Page(found, number, PER_PAGE, total, lambda page: f"?selesai=1&halaman={page}")
