"""Decides the seller's stock page: every product with its count, one form per row."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.catalog import publishing
from marketplace.catalog.forms import whole_number
from marketplace.catalog.queries import product_of, products_of
from marketplace.kit.clock import now
from marketplace.kit.errors import Invalid
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.sellers.desk import desk, welcome

blueprint = Blueprint("seller_stock", __name__)
welcome(blueprint)


@blueprint.get("/penjual/stok")
@member_of_shop
def stock() -> ResponseReturnValue:
    """The shelf as it was last counted."""
    return _page({})


@blueprint.post("/penjual/stok/<slug>")
@member_of_shop
def recount(slug: str) -> ResponseReturnValue:
    """Set the count of one product; `semula` is the count that the seller was shown."""
    product_of(desk().shop, slug)
    typed = request.form.get("jumlah", "")
    on_hand, seen = whole_number(typed), whole_number(request.form.get("semula"))
    try:
        if on_hand is None or seen is None:
            raise Invalid(_("Tulis jumlah stok dengan angka, misalnya 20."), "stok")
        with transaction():
            publishing.recount(product_of(desk().shop, slug), on_hand, seen=seen, at=now())
    except Invalid as refusal:
        return _page({slug: (typed, refusal.message)}), 422
    flash(_("Stok disimpan."), "success")
    return redirect(f"/penjual/stok?halaman={page_number(request.args.get('halaman'))}#{slug}", 303)


def _page(refused: dict[str, tuple[str, str]]) -> str:
    """The list; `refused` holds by product what was typed and why it was not taken."""
    here = desk()
    page = products_of(here.shop, page_number(request.args.get("halaman")), at=now())
    return render_template("catalog/stock.html", desk=here, page=page, refused=refused)
