"""Decides the village operator's page of permits: look at each, say whether it is what it says."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import counter, person, region_scopes
from marketplace.accounts.models import ADMIN, OPERATOR
from marketplace.catalog.permits import recording, standing
from marketplace.catalog.permits.forms import VerdictForm
from marketplace.catalog.permits.models import Permit
from marketplace.catalog.permits.wording import shown
from marketplace.config import settings
from marketplace.kit import private_pictures
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction

blueprint = Blueprint("counter_permits", __name__)


def _address(permit_id: int = 0) -> str:  # noqa: ARG001 - the form of any permit leads back to the list
    return "/gerai/izin"


@blueprint.get("/gerai/izin")
@counter
def listed() -> ResponseReturnValue:
    """Permits that wait, the oldest first; `?daftar=sudah` shows those looked at."""
    return _page()


@blueprint.post("/gerai/izin/<int:permit_id>")
@counter
@once(_address)
def decide(permit_id: int) -> ResponseReturnValue:
    """Say what came out of looking at one; `semula` is the verdict that was shown."""
    permit = standing.of_region(_scopes(), permit_id)
    form = VerdictForm()
    if not form.validate():
        return _page(permit.id, form), 422
    try:
        with transaction():
            recording.decide(
                standing.of_region(_scopes(), permit_id),
                verdict=form.putusan.data,
                reason=form.alasan.data or "",
                by=person(),
                seen=request.form.get("semula", ""),
                at=now(),
            )
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(), 409
    flash(_("Tersimpan. Penjual membacanya di halaman izin tokonya."), "success")
    return redirect(_address(), 303)


@blueprint.get("/gerai/izin/<int:permit_id>/foto")
@counter
def photo(permit_id: int) -> Response:
    """The picture of a permit of the own region."""
    permit = standing.of_region(_scopes(), permit_id)
    return private_pictures.show(permit.picture_key, folder=settings().permit_dir)


def _scopes() -> list[str]:
    """Finance looks after money; permits are the village's."""
    return region_scopes(person(), OPERATOR, ADMIN)


def _page(permit_id: int = 0, refused: VerdictForm | None = None) -> str:
    """The list; `refused` is the form of one of them, with what was typed."""
    decided = request.args.get("daftar") == "sudah"
    permits = standing.of_regions(_scopes(), decided=decided)
    return render_template(
        "permits/counter.html",
        decided=decided,
        rows=[shown(permit, replaced=False, at=now()) for permit in permits],
        forms={one.id: _form(one, permit_id, refused) for one in permits},
        covered=standing.covered_names(permits),
        names=standing.names_of(decision for one in permits for decision in one.decisions),
    )


def _form(permit: Permit, refused_id: int, refused: VerdictForm | None) -> VerdictForm:
    if refused is not None and permit.id == refused_id:
        return refused.of(permit.id)
    return VerdictForm(formdata=None).of(permit.id)
