"""Decides the page on which the village or the platform answers complaints: who sees which, what follows."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import counter, person, region_scopes
from marketplace.accounts.models import ADMIN, FINANCE, OPERATOR
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.orders import complaints, detours, queries, seller_pages
from marketplace.orders.detour_forms import DecisionForm
from marketplace.orders.models import SellerOrder

blueprint = Blueprint("complaints", __name__)


def _address(number: str = "") -> str:  # noqa: ARG001 - the form of any complaint leads back to the list
    return "/gerai/komplain"


@blueprint.get("/gerai/komplain")
@counter
def listed() -> ResponseReturnValue:
    """Complaints that wait, the oldest first; no buyer is named."""
    return _page()


@blueprint.post("/gerai/komplain/<number>")
@counter
@once(_address)
def decide(number: str) -> ResponseReturnValue:
    """Decide a complaint, with a reason that both sides read."""
    mine = _decidable(number)
    form = DecisionForm()
    if not form.validate():
        return _page(mine.number, form), 422
    try:
        with transaction():
            detours.decide(
                _decidable(number).id,
                actor=f"counter:{person().id}",
                at=now(),
                for_buyer=form.putusan.data == "pembeli",
                reason=form.alasan.data or "",
            )
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(), 409
    flash(_("Putusan tercatat. Pembeli dan penjual membacanya."), "success")
    return redirect(_address(), 303)


def _scopes() -> list[str]:
    return region_scopes(person(), OPERATOR, FINANCE, ADMIN)


def _decidable(number: str) -> SellerOrder:
    return complaints.decidable(person(), _scopes(), number)


def _page(number: str = "", refused: DecisionForm | None = None) -> str:
    """The list; `refused` is the form of one of them, with what was typed."""
    page = complaints.open_complaints(person(), _scopes(), page_number(request.args.get("halaman")))
    numbers = [row.order.number for row in page.rows]
    forms = {one: (refused if one == number else None) or DecisionForm(formdata=None) for one in numbers}
    return render_template(
        "orders/complaints.html",
        page=page,
        forms={one: form.of(one) for one, form in forms.items()},
        happenings={row.order.number: seller_pages.history(queries.events(row.order)) for row in page.rows},
        payment_words=seller_pages.payment_words,
    )
