"""Decides the shop's own page at its desk: state and what was said of it, what is lacking, its settings."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.catalog.readiness import checklist
from marketplace.config import settings
from marketplace.kit.clock import now
from marketplace.kit.errors import Invalid
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.kit.whatsapp import whatsapp_link
from marketplace.regions.queries import label
from marketplace.sellers import opening, reviewing
from marketplace.sellers.desk import desk, owner_desk, welcome
from marketplace.sellers.models import APPLIED, KINDS
from marketplace.sellers.shop_forms import SettingsForm, settings_of

blueprint = Blueprint("shop_page", __name__)
welcome(blueprint)


def _address() -> str:
    return "/penjual/toko"


@blueprint.get("/penjual/toko")
@member_of_shop
def shop() -> ResponseReturnValue:
    """How the shop stands; its owner can change what it tells."""
    return _page(SettingsForm(formdata=None, data=settings_of(desk().shop)))


@blueprint.post("/penjual/toko")
@member_of_shop
@once(_address)
def change() -> ResponseReturnValue:
    """Say anew what the shop tells of itself."""
    owner_desk()
    form = SettingsForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            mine = owner_desk().shop
            name = " ".join((form.nama.data or "").split())
            if name and name != mine.name:
                opening.rename(mine, opening.plain_shop_name(name), at=now())
            opening.describe(mine, phone=form.phone, about=form.about, facts=form.facts, at=now())
    except Invalid as refusal:
        form[refusal.field or "nama"].errors = [refusal.message]
        return _page(form), 422
    flash(_("Perubahan disimpan."), "success")
    return redirect(_address(), 303)


def _page(form: SettingsForm) -> str:
    here = desk()
    # Asked for as long as it can change; the form itself takes what is left out for unchanged.
    form.nama.flags.required = here.shop.status == APPLIED
    address = f"{settings().public_url}/toko/{here.shop.slug}"
    return render_template(
        "catalog/shop_page.html",
        desk=here,
        form=form,
        place=label(here.shop.village),
        kind=_(KINDS[here.shop.kind]),
        last=reviewing.last_review(here.shop),
        items=checklist(here.shop),
        renamable=here.shop.status == APPLIED,
        address=address,
        whatsapp=whatsapp_link("", _("Toko kami di DesaMart: %(address)s", address=address)),
        resting=here.shop.on_holiday(now()),
    )
