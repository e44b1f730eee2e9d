"""Decides the pages on which a person applies for a shop: first the village, then one short form."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts.guards import anyone, person, signed_in
from marketplace.kit.clock import now
from marketplace.kit.errors import Invalid
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.regions import picking
from marketplace.regions.queries import full_labels
from marketplace.sellers import opening
from marketplace.sellers.desk import choose
from marketplace.sellers.shop_forms import ShopForm

blueprint = Blueprint("opening_shop", __name__)
PLACE = "/penjual/toko/baru"


def _shop_page() -> str:
    return "/penjual/toko"


@blueprint.get(PLACE)
@anyone("opening a shop begins with an account, and comes back here")
def ask() -> ResponseReturnValue:
    """Ask for the village, then for the shop."""
    if not current_user.is_authenticated:
        return redirect(f"/daftar?next={PLACE}", 303)
    state = picking.pick(request.args)
    if state.place is None:
        return render_template("sellers/new_shop_village.html", state=state)
    form = ShopForm(formdata=None, wilayah=state.place.code, telepon=person().phone)
    return _page(form)


@blueprint.post(PLACE)
@signed_in
@once(_shop_page)
def apply() -> ResponseReturnValue:
    """Open the shop; it waits for the village."""
    form = ShopForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            shop = opening.open_shop(
                person(),
                name=opening.plain_shop_name(form.nama.data or ""),
                kind=form.jenis.data,
                village_code=form.wilayah.data or "",
                phone=form.phone,
                about=form.about,
                facts=form.facts,
                at=now(),
            )
            slug = shop.slug
    except Invalid as refusal:
        if refusal.field and refusal.field in form:
            form[refusal.field].errors = [refusal.message]
        else:
            form.form_errors.append(refusal.message)
        return _page(form), 422
    choose(slug)
    flash(_("Toko diajukan. Sambil menunggu operator desa, siapkan produk pertama."), "success")
    return redirect(_shop_page(), 303)


def _page(form: ShopForm) -> str:
    code = form.wilayah.data or ""
    place = full_labels([code]).get(code, "")
    return render_template("sellers/new_shop.html", form=form, place=place)
