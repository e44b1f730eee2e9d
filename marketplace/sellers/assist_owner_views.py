"""Decides the owner's page of help: who may act for the shop, what was done, and the end of it."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop, person
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, NotFound
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.sellers import assist_queries, assisting
from marketplace.sellers.assist_forms import EndForm
from marketplace.sellers.assist_models import IN_APP
from marketplace.sellers.desk import owner_desk, welcome

blueprint = Blueprint("own_help", __name__)
welcome(blueprint)
HERE = "/penjual/toko/bantuan"


def _here(**_arguments: str) -> str:
    return HERE


@blueprint.get(HERE)
@member_of_shop
def help_() -> ResponseReturnValue:
    """Who may help the shop, and all that was done for it."""
    return _page()


@blueprint.post(HERE)
@member_of_shop
@once(_here)
def allow() -> ResponseReturnValue:
    """Let an operator of the village help."""
    here = owner_desk()
    if request.form.get("setuju") != "ya":
        return _page(unread=True), 422
    with transaction():
        wanted = request.form.get("operator", "")
        near = {str(one.id): one for one in assist_queries.operators_for(here.shop)}
        if wanted not in near:
            raise NotFound
        assisting.give(here.shop, near[wanted], way=IN_APP, by=person(), at=now())
    flash(_("Izin diberikan. Anda bisa mengakhirinya kapan saja di halaman ini."), "success")
    return redirect(HERE, 303)


@blueprint.post(f"{HERE}/<int:consent_id>/akhiri")
@member_of_shop
@once(_here)
def end(consent_id: int) -> ResponseReturnValue:
    """The help is over; the operator's next form is refused."""
    here, form = owner_desk(), EndForm()
    if not form.validate():
        return _page(), 422
    try:
        with transaction():
            consent = assist_queries.one_of(here.shop, consent_id)
            why = form.alasan.data or _("Diakhiri oleh pemilik")
            assisting.end(consent, by=person(), why=why, at=now())
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(), 409
    flash(_("Bantuan diakhiri. Operator tidak bisa lagi bertindak untuk toko Anda."), "success")
    return redirect(HERE, 303)


def _page(*, unread: bool = False) -> str:
    here, at = owner_desk(), now()
    consents = assist_queries.consents_of(here.shop)
    helping = {consent.operator_id for consent in consents if consent.stands(at)}
    return render_template(
        "sellers/assist_owner.html",
        desk=here,
        consents=consents,
        operators=[one for one in assist_queries.operators_for(here.shop) if one.id not in helping],
        acts=assist_queries.acts_of(here.shop, page_number(request.args.get("halaman"))),
        text=assisting.TEXTS[assisting.TEXT_VERSION],
        unread=unread,
        at=at,
    )
