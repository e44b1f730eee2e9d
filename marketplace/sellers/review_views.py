"""Decides the counter's pages of shops: those of the own villages, and what the operator says of each."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import counter, person, region_scopes
from marketplace.accounts.models import ADMIN, OPERATOR
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import label, labels
from marketplace.sellers import members, reviewing
from marketplace.sellers.models import KINDS, SECTORS, Shop
from marketplace.sellers.shop_forms import DecisionForm

blueprint = Blueprint("shop_reviews", __name__)


def _address(slug: str) -> str:
    return f"/gerai/toko/{slug}"


@blueprint.get("/gerai/toko")
@counter
def listed() -> ResponseReturnValue:
    """The shops of the villages in someone's care, those that wait for a decision first."""
    page = reviewing.listed(_scopes(), page_number(request.args.get("halaman")))
    places = labels(row.shop.village_code for row in page.rows)
    return render_template("sellers/review_list.html", page=page, places=places)


@blueprint.get("/gerai/toko/<slug>")
@counter
def shop(slug: str) -> ResponseReturnValue:
    """All that a shop applied with, what was said about it, and what can be said now."""
    return _page(_mine(slug))


@blueprint.post("/gerai/toko/<slug>/setujui")
@counter
@once(_address)
def approve(slug: str) -> ResponseReturnValue:
    """The shop may sell."""
    done = _("Toko disetujui. Pemilik diberi tahu dan bisa menampilkan produknya.")
    return _decide(
        slug, done, lambda shop, form: reviewing.approve(shop, by=person(), at=now(), seen=form.seen)
    )


@blueprint.post("/gerai/toko/<slug>/lengkapi")
@counter
@once(_address)
def ask_to_complete(slug: str) -> ResponseReturnValue:
    """The application lacks something."""
    done = _("Pemilik toko diminta melengkapi pengajuannya.")
    return _decide(
        slug,
        done,
        lambda shop, form: reviewing.ask_to_complete(
            shop, form.reason, by=person(), at=now(), seen=form.seen
        ),
    )


@blueprint.post("/gerai/toko/<slug>/bekukan")
@counter
@once(_address)
def suspend(slug: str) -> ResponseReturnValue:
    """The shop sells nothing for now."""
    form = DecisionForm()
    if not form.yakin.data:
        form.yakin.errors = [_("Centang dulu kalau Anda yakin.")]
        return _page(_mine(slug), form), 422
    done = _("Toko dihentikan sementara. Pesanan yang sudah masuk tetap berjalan.")
    return _decide(
        slug,
        done,
        lambda shop, form: reviewing.suspend(shop, form.reason, by=person(), at=now(), seen=form.seen),
    )


@blueprint.post("/gerai/toko/<slug>/buka")
@counter
@once(_address)
def reopen(slug: str) -> ResponseReturnValue:
    """The shop sells again."""
    done = _("Toko dibuka lagi.")
    return _decide(
        slug,
        done,
        lambda shop, form: reviewing.reopen(shop, form.reason, by=person(), at=now(), seen=form.seen),
    )


def _decide(slug: str, done: str, decision: Callable[[Shop, DecisionForm], None]) -> ResponseReturnValue:
    """Say something of a shop. Who was slower is told, and sees what it is now (409)."""
    form = DecisionForm()
    if not form.validate():
        return _page(_mine(slug), form), 422
    try:
        with transaction():
            decision(_mine(slug), form)
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(_mine(slug)), 409
    except Invalid as refusal:
        form.alasan.errors = [refusal.message]
        return _page(_mine(slug), form), 422
    flash(done, "success")
    return redirect(_address(slug), 303)


def _mine(slug: str) -> Shop:
    return reviewing.reviewable(_scopes(), slug)


def _scopes() -> list[str]:
    """Operators and administrators decide; officers and finance read elsewhere.

    Raises:
        NotFound: the person is neither.
    """
    scopes = region_scopes(person(), OPERATOR, ADMIN)
    if not scopes:
        raise NotFound
    return scopes


def _page(mine: Shop, form: DecisionForm | None = None) -> str:
    said = reviewing.reviews_of(mine)
    form = form or DecisionForm(formdata=None)
    form.dilihat.data = str(said[0].id if said else 0)
    return render_template(
        "sellers/review_shop.html",
        shop=mine,
        place=label(mine.village),
        kind=_(KINDS[mine.kind]),
        sector=_(SECTORS[mine.sector]) if mine.sector in SECTORS else "",
        owners=[row for row in members.members_of(mine) if row.role == "owner"],
        said=said,
        alike=reviewing.lookalikes(mine),
        form=form,
    )
