"""Decides the seller's page of goods that wait for their first photo: with it they are on sale at once."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.catalog import publishing
from marketplace.catalog.photo_views import sent_photos
from marketplace.catalog.queries import product_of, waiting_for_photo
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.sellers.desk import Desk, desk, open_desk, welcome

blueprint = Blueprint("seller_waiting", __name__)
welcome(blueprint)
HOME = "/penjual/produk/tanpa-foto"


@blueprint.get("/penjual/produk/tanpa-foto")
@member_of_shop
def waiting() -> ResponseReturnValue:
    """The drafts without a photo, each with a field for it."""
    return _page(desk())


@blueprint.post("/penjual/produk/<slug>/foto-pertama")
@member_of_shop
@once(lambda **_arguments: HOME)
def photograph(slug: str) -> ResponseReturnValue:
    """Give goods their first photos and put them on the shelf; without a usable photo the page says why."""
    here, uploads = open_desk(), sent_photos()
    product_of(here.shop, slug)
    if not uploads.kept:
        missing = _("Pilih satu foto. Produk dengan foto jauh lebih sering dibeli.")
        return _page(here, {slug: " ".join(uploads.refusals) or missing}), 422
    try:
        with transaction():
            product = product_of(here.shop, slug)
            name, hindrance = product.name, publishing.photograph(product, uploads.photos, at=now())
    except Conflict as refusal:
        flash(refusal.message, "error")
        return redirect(HOME, 303)
    if hindrance:
        flash(_("Foto %(name)s terpasang. %(hindrance)s", name=name, hindrance=hindrance), "warning")
    else:
        flash(_("%(name)s sudah tampil dan bisa dibeli.", name=name), "success")
    return redirect(HOME, 303)


def _page(here: Desk, reasons: dict[str, str] | None = None) -> str:
    page = waiting_for_photo(here.shop, page_number(request.args.get("halaman")), at=now())
    return render_template("catalog/waiting.html", desk=here, page=page, reasons=reasons or {})
