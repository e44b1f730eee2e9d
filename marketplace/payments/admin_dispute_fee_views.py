"""Decides finance's page of who bears a provider's fee for a lost dispute: the rules, and a new one."""

from datetime import date, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import administrator, person
from marketplace.kit.clock import day_wib, now, start_of_day
from marketplace.kit.errors import Invalid
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.payments import dispute_fees

blueprint = Blueprint("admin_dispute_fees", __name__)
PAGE = "/admin/dana-ditarik/biaya-sengketa"


@blueprint.get(PAGE)
@administrator
def rules() -> ResponseReturnValue:
    """All rules, the one that begins last on top, and the form for another."""
    return _page()


@blueprint.post(PAGE)
@administrator
@once(lambda: PAGE)
def add() -> ResponseReturnValue:
    """Add a rule; disputes opened before it keep theirs."""
    at = now()
    try:
        begins = _begins(request.form.get("mulai", ""), at)
        with transaction():
            bearer = request.form.get("penanggung", "")
            dispute_fees.add_rule(bearer, valid_from=begins, created_by=person().id, at=at)
    except Invalid as refusal:
        return _page({refusal.field or "penanggung": refusal.message}), 422
    flash(_("Aturan biaya sengketa disimpan. Sengketa yang sudah dibuka tidak berubah."), "success")
    return redirect(PAGE, 303)


def _begins(text: str, at: datetime) -> datetime:
    """The first moment of a WIB day that is still to come; now, where none is given."""
    if not text.strip():
        return at
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(_("Tulis tanggal seperti 2026-12-01."), "mulai") from None
    if day <= day_wib(at):
        raise Invalid(_("Pilih tanggal setelah hari ini, atau kosongkan agar mulai sekarang."), "mulai")
    return start_of_day(day)


def _page(errors: dict[str, str] | None = None) -> str:
    return render_template(
        "payments/admin_dispute_fees.html",
        rules=dispute_fees.all_rules(),
        errors=errors or {},
        typed={name: request.form.get(name, "")[:20] for name in ("penanggung", "mulai")},
    )
