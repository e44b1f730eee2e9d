"""Decides the page on which a village's operator hides reviews, or shows them again, each with a reason."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import counter, person, region_scopes
from marketplace.accounts.models import ADMIN, OPERATOR
from marketplace.catalog.pictures import picture
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.reviews import deciding, queries

blueprint = Blueprint("counter_reviews", __name__)

LIST = "/gerai/ulasan"


@blueprint.get("/gerai/ulasan")
@counter
def reviews() -> ResponseReturnValue:
    """The reviews of the region's shops, newest first."""
    return _page()


@blueprint.post("/gerai/ulasan/<int:number>")
@counter
@once(lambda number: LIST)  # noqa: ARG005 - every decision leads back to the list
def decide(number: int) -> ResponseReturnValue:
    """Hide a review, or show it again."""
    reason = request.form.get("alasan", "")
    try:
        with transaction():
            review = queries.one_for_counter(person(), _scopes(), number)
            deciding.decide(review, request.form.get("putusan", ""), reason, by=person().id, at=now())
    except Invalid as refusal:
        return _page(refused=(number, reason, refusal.message)), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(), 409
    flash(_("Putusan tercatat. Pembeli dan penjual membaca alasannya."), "success")
    return redirect(LIST, 303)


def _scopes() -> list[str]:
    return region_scopes(person(), OPERATOR, ADMIN)


def _page(refused: tuple[int, str, str] = (0, "", "")) -> str:
    """The list; `refused` is the review, what was typed and why it was not taken."""
    page = queries.for_counter(person(), _scopes(), page_number(request.args.get("halaman")))
    return render_template("reviews/counter_reviews.html", page=page, refused=refused, picture=picture)
