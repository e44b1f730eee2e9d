"""Decides the pages of inputs: what is known of a region, of a village; entering and withdrawing by form."""

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.guards import officer, person
from marketplace.extensions import db
from marketplace.indicators import access
from marketplace.indicators.frame import frame
from marketplace.indicators.inputs import overviews, permission, reading, recording
from marketplace.indicators.inputs.forms import InputForm, WithdrawForm, form_for
from marketplace.indicators.inputs.kinds import BY_SLUG, Kind
from marketplace.indicators.inputs.models import DatedInput
from marketplace.indicators.periods import month
from marketplace.kit.clock import day_wib, month_wib, now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.paging import Page, page_number
from marketplace.kit.transaction import transaction
from marketplace.regions.models import VILLAGE, Region

SECTION, PER_PAGE = "masukan", 100
MISSING = "kurang"
blueprint = Blueprint("program_inputs", __name__)


@blueprint.get("/program/masukan")
@officer
def home() -> ResponseReturnValue:
    """How much is known of a region, kind by kind; of a village, what."""
    user, today = person(), day_wib(now())
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    village = region.level == VILLAGE
    return render_template(
        "inputs/home.html",
        **frame(user, SECTION, region=region.code),
        region=region,
        crumbs=_crumbs(region),
        coverage=[] if village else overviews.coverage(region, today),
        known=overviews.of_village(region.code, today) if village else [],
        may_enter=permission.may_enter(user, region.code),
        files=bool(permission.scopes(user)),
    )


@blueprint.get("/program/masukan/stimulan")
@officer
def grants() -> ResponseReturnValue:
    """Grants are noted once, as acts of the programme: there they count for cohorts and for the uplift."""
    region = access.place(person(), request.args.get("wilayah") or access.scopes(person())[0])
    return redirect(url_for("program_acts.notes", slug="tindakan", wilayah=region.code), 303)


@blueprint.get("/program/masukan/<slug>")
@officer
def listed(slug: str) -> ResponseReturnValue:
    """The villages of a region with what is known of each; `hanya=kurang`: only those of which nothing is."""
    user, today, kind = person(), day_wib(now()), _kind(slug)
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    missing = request.args.get("hanya") == MISSING
    lines = overviews.villages(kind, region, today, missing_only=missing)
    paging = _paging(len(lines), page_number(request.args.get("halaman")))
    start = (paging.page - 1) * PER_PAGE
    return render_template(
        "inputs/list.html",
        **frame(user, SECTION, region=region.code),
        kind=kind,
        region=region,
        lines=lines[start : start + PER_PAGE],
        missing=missing,
        paging=paging,
        files=bool(permission.scopes(user)),
    )


@blueprint.get("/program/masukan/<slug>/desa/<code>")
@officer
def village(slug: str, code: str) -> ResponseReturnValue:
    """One kind of one village: every row that was ever entered, and the form for the next."""
    kind = _kind(slug)
    return _village_page(kind, permission.readable_village(person(), code))


def _leads_to(slug: str, code: str) -> str:
    return f"/program/masukan/{slug}/desa/{code}"


@blueprint.post("/program/masukan/<slug>/desa/<code>")
@officer
@once(_leads_to)
def enter(slug: str, code: str) -> ResponseReturnValue:
    """Keep what was typed, as a new row."""
    user, at, kind = person(), now(), _kind(slug)
    place = permission.writable_village(user, code)
    form = form_for(kind)
    try:
        draft = reading.read(kind, form.said(place.code), today=day_wib(at))
    except Invalid as refusal:
        form.blame(refusal.field, refusal.message)
        return _village_page(kind, place, form), 422
    with transaction():
        done = recording.record([draft], by=person(), at=at)
    flash(
        _("Data ini sudah tercatat, tidak ada yang berubah.") if done.unchanged else _("Data disimpan."),
        "success",
    )
    return redirect(_leads_to(slug, code), 303)


@blueprint.post("/program/masukan/<slug>/desa/<code>/tarik")
@officer
@once(_leads_to)
def withdraw(slug: str, code: str) -> ResponseReturnValue:
    """Take back what a row says, with a reason."""
    user, at, kind = person(), now(), _kind(slug)
    place = permission.writable_village(user, code)
    form = WithdrawForm()
    try:
        with transaction():
            row = _row_of(kind, code, form.baris.data or "")
            recording.withdraw(row, form.alasan.data or "", by=person(), at=at)
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _village_page(kind, place), 409
    except Invalid as refusal:
        form.alasan.errors = [refusal.message]
        return _village_page(kind, place, withdrawing=form), 422
    flash(_("Data ditarik. Barisnya tetap tercatat."), "success")
    return redirect(_leads_to(slug, code), 303)


def _village_page(
    kind: Kind, place: Region, form: InputForm | None = None, withdrawing: WithdrawForm | None = None
) -> str:
    user, at = person(), now()
    return render_template(
        "inputs/village.html",
        **frame(user, SECTION, region=place.code),
        kind=kind,
        region=place,
        crumbs=_crumbs(place),
        entered=overviews.history(kind, place.code),
        form=form or form_for(kind, formdata=None),
        withdrawing=withdrawing or WithdrawForm(formdata=None),
        may_enter=permission.may_enter(user, place.code),
        today=day_wib(at).isoformat(),
        this_month=month(month_wib(at)).key,
    )


def _row_of(kind: Kind, code: str, number: str) -> DatedInput:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound
    asked = select(DatedInput).where(
        DatedInput.id == int(number), DatedInput.kind == kind.key, DatedInput.village_code == code
    )
    row = db.session.scalar(asked)
    if row is None:
        raise NotFound
    return row


def _kind(slug: str) -> Kind:
    if slug not in BY_SLUG:
        raise NotFound
    return BY_SLUG[slug]


def _crumbs(region: Region) -> list[Region]:
    return access.path(person(), region.code)


def _paging(total: int, number: int) -> Page[date]:
    last = max(1, -(-total // PER_PAGE))
    arguments = request.args.to_dict()

    def address(to: int) -> str:
        return f"{request.path}?{urlencode(arguments | {'halaman': to})}"

    return Page((), min(number, last), PER_PAGE, total, address)
