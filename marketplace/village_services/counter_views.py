"""Decides the counter's pages of services: the month's log, noting, correcting, taking back, paper, file."""

from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import counter, person, region_scopes, within
from marketplace.accounts.models import ADMIN, OPERATOR
from marketplace.kit.clock import day_wib, month_bounds, month_wib, now, previous_month
from marketplace.kit.csv_files import csv_response
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.regions.models import VILLAGE, Region
from marketplace.regions.queries import region
from marketplace.village_services import noting, queries
from marketplace.village_services.forms import ServiceForm
from marketplace.village_services.models import KINDS

MONTHS = 24
CSV_HEAD = ("tanggal", "layanan", "jumlah", "nilai", "jasa", "catatan", "dicatat oleh")
blueprint = Blueprint("village_services", __name__)


@blueprint.get("/gerai/layanan")
@counter
def log() -> ResponseReturnValue:
    """The lines of a month, their sums, and the form for the next line."""
    return _page(_village(), ServiceForm(formdata=None))


def _home(**_arguments: object) -> str:
    return f"/gerai/layanan?{urlencode({'desa': request.values.get('desa', '')})}"


@blueprint.post("/gerai/layanan")
@counter
@once(_home)
def note() -> ResponseReturnValue:
    """Write one line."""
    village, form, at = _village(), ServiceForm(), now()
    try:
        noted = noting.read(form.said(), today=day_wib(at))
    except Invalid as refusal:
        form[refusal.field or "catatan"].errors = [refusal.message]
        return _page(village, form), 422
    with transaction():
        noting.note(village.code, noted, by=person(), at=at)
    flash(_("Layanan dicatat."), "success")
    return redirect(_month_address(village, f"{noted.day:%Y-%m}"), 303)


@blueprint.get("/gerai/layanan/<int:number>")
@counter
def entry(number: int) -> ResponseReturnValue:
    """One line, to be corrected."""
    village = _village()
    row = queries.entry_of(village.code, number)
    form = ServiceForm(formdata=None).of(row)
    return _entry_page(village, number, form)


@blueprint.post("/gerai/layanan/<int:number>")
@counter
@once(_home)
def correct(number: int) -> ResponseReturnValue:
    """Let another line stand in its place."""
    village, form, at = _village(), ServiceForm(), now()
    try:
        noted = noting.read(form.said(), today=day_wib(at))
        with transaction():
            noting.correct(queries.entry_of(village.code, number), noted, by=person(), at=at)
    except Invalid as refusal:
        queries.entry_of(village.code, number)
        form[refusal.field or "catatan"].errors = [refusal.message]
        return _entry_page(village, number, form), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(village, ServiceForm(formdata=None)), 409
    flash(_("Catatan diperbaiki. Yang lama tetap tersimpan."), "success")
    return redirect(_month_address(village, f"{noted.day:%Y-%m}"), 303)


@blueprint.post("/gerai/layanan/<int:number>/batal")
@counter
@once(_home)
def take_back(number: int) -> ResponseReturnValue:
    """Take it back."""
    village = _village()
    try:
        with transaction():
            row = queries.entry_of(village.code, number)
            noting.take_back(row, by=person(), at=now())
            key = f"{row.day:%Y-%m}"
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(village, ServiceForm(formdata=None)), 409
    flash(_("Catatan dibatalkan. Barisnya tetap tersimpan."), "success")
    return redirect(_month_address(village, key), 303)


@blueprint.get("/gerai/layanan/cetak")
@counter
def paper() -> ResponseReturnValue:
    """The log of a month, for paper."""
    village, key = _village(), _month()
    lines = queries.month(village.code, key)
    return render_template(
        "village_services/paper.html",
        village=village,
        month=key,
        first=month_bounds(key)[0],
        lines=lines,
        sums=queries.by_kind(lines),
        kinds=KINDS,
        operator=person(),
        printed_at=now(),
    )


@blueprint.get("/gerai/layanan.csv")
@counter
def file() -> Response:
    """The log of a month as a file."""
    village, key = _village(), _month()
    rows = (
        (f"{row.day:%Y-%m-%d}", line.kind, row.count, row.amount, row.fee, row.note, line.by)
        for line in queries.month(village.code, key)
        for row in (line.entry,)
    )
    return csv_response(f"layanan-{village.code}-{key}", CSV_HEAD, rows)


def _page(village: Region, form: ServiceForm) -> str:
    at, key = now(), _month()
    lines = queries.month(village.code, key)
    form.tanggal.data = form.tanggal.data or day_wib(at).isoformat()
    return render_template(
        "village_services/log.html",
        village=village,
        month=key,
        months=[(each, month_bounds(each)[0]) for each in _months()],
        lines=lines,
        sums=queries.by_kind(lines),
        kinds=KINDS,
        form=form,
        today=day_wib(at).isoformat(),
    )


def _entry_page(village: Region, number: int, form: ServiceForm) -> str:
    today = day_wib(now()).isoformat()
    return render_template(
        "village_services/entry.html", village=village, number=number, form=form, today=today
    )


def _village() -> Region:
    """The village asked for (`desa`), or the first one of which the person is the operator.

    Raises:
        NotFound: none, or one that is not theirs.
    """
    scopes = region_scopes(person(), OPERATOR, ADMIN)
    code = request.values.get("desa") or next((scope for scope in sorted(scopes) if scope), "")
    if not code or not any(within(code, scope) for scope in scopes):
        raise NotFound
    found = region(code)
    if found.level != VILLAGE:
        raise NotFound
    return found


def _months() -> list[str]:
    newest = month_wib(now())
    return [previous_month(newest, steps) for steps in range(MONTHS)]


def _month() -> str:
    """The month asked for (`bulan`), the running one without it.

    Raises:
        NotFound: none of the last two years.
    """
    key = request.args.get("bulan") or month_wib(now())
    if key not in _months():
        raise NotFound
    return key


def _month_address(village: Region, key: str) -> str:
    asked = {"desa": village.code}
    return f"/gerai/layanan?{urlencode(asked | ({'bulan': key} if key in _months() else {}))}"
