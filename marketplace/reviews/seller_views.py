"""Decides the seller's page of reviews: what buyers say, and the shop's one answer to each."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.catalog.pictures import picture
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.reviews import deciding, queries
from marketplace.sellers.desk import actor, desk, welcome

blueprint = Blueprint("seller_reviews", __name__)
welcome(blueprint)

LIST = "/penjual/ulasan"


@blueprint.get("/penjual/ulasan")
@member_of_shop
def reviews() -> ResponseReturnValue:
    """All reviews of the shop, newest first."""
    return _page()


@blueprint.post("/penjual/ulasan/<int:number>")
@member_of_shop
@once(lambda number: LIST)  # noqa: ARG005 - every answer leads back to the list
def answer(number: int) -> ResponseReturnValue:
    """Answer a review, once."""
    typed = request.form.get("jawaban", "").replace("\r\n", "\n")
    try:
        with transaction():
            deciding.answer(queries.one_of_shop(desk().shop, number), typed, actor=actor(), at=now())
    except Invalid as refusal:
        return _page(refused=(number, typed, refusal.message)), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(), 409
    flash(_("Jawaban Anda tampil di bawah ulasan."), "success")
    return redirect(LIST, 303)


def _page(refused: tuple[int, str, str] = (0, "", "")) -> str:
    """The list; `refused` is the review, what was typed and why it was not taken."""
    here = desk()
    return render_template(
        "reviews/seller_reviews.html",
        desk=here,
        page=queries.of_shop(here.shop, page_number(request.args.get("halaman"))),
        refused=refused,
        picture=picture,
    )
