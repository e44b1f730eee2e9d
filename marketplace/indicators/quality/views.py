"""Decides what a request for the findings shows, and settles one."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from marketplace.accounts.guards import officer, person, region_scopes, within
from marketplace.accounts.models import ADMIN, OFFICER, User
from marketplace.extensions import db
from marketplace.indicators import access
from marketplace.indicators.files import as_file, table_file
from marketplace.indicators.frame import frame
from marketplace.indicators.quality import looking, reading, settling, words
from marketplace.indicators.quality.models import EXCLUDED, FINE, MENDED, Finding, Settlement
from marketplace.kit.clock import day_wib, now
from marketplace.kit.csv_files import Cell
from marketplace.kit.errors import Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.options import option
from marketplace.kit.paging import Page, page_number
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import labels

SECTION, PER_PAGE = "mutu", 50
PAGE = "/program/mutu"
FILE_HEAD = ("nomor", "jenis", "kode_desa", "temuan", "ditemukan", "hasil", "catatan")

blueprint = Blueprint("program_quality", __name__)
blueprint.add_app_template_filter(words.about, "finding_about")


class SettlingForm(FlaskForm):
    """What somebody found out."""

    hasil = SelectField(_l("Hasil"))
    catatan = StringField(_l("Catatan"))

    def __init__(self, found: Finding, *, fresh: bool = False) -> None:
        super().__init__(formdata=None) if fresh else super().__init__()
        outcomes = [FINE, MENDED, *([EXCLUDED] if found.kind in looking.SALES else [])]
        self.hasil.choices = [option(outcome, words.OUTCOMES[outcome]) for outcome in outcomes]
        self.hasil.flags.required = self.catatan.flags.required = True


@blueprint.get(PAGE)
@officer
def home() -> ResponseReturnValue:
    """Open findings of a region, by kind; settled ones with `semua=ya`."""
    user = person()
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    kind, everything = request.args.get("jenis", ""), request.args.get("semua") == "ya"
    if kind and kind not in words.KINDS:
        raise NotFound
    total = reading.how_many(region.code, kind, open_only=not everything)
    if as_file():
        found = reading.listed(region.code, kind, open_only=not everything, skip=0, most=total)
        return table_file(f"mutu-{region.code}", FILE_HEAD, map(_file_row, found))
    paging = _paging(total)
    start = (paging.page - 1) * PER_PAGE
    rows = reading.listed(region.code, kind, open_only=not everything, skip=start, most=PER_PAGE)
    return render_template(
        "indicators/quality/list.html",
        **frame(user, SECTION, region=region.code),
        region=region,
        kind=kind,
        everything=everything,
        kinds=words.KINDS,
        outcomes=words.OUTCOMES,
        counts=reading.open_by_kind(region.code),
        rows=rows,
        places=labels({found.village_code for found, _settled in rows}),
        paging=paging,
        looked_at=reading.looked_at(),
    )


@blueprint.get(f"{PAGE}/<int:number>")
@officer
def one(number: int) -> ResponseReturnValue:
    """One finding with the rows beneath it, and a form to settle it."""
    found = _own(person(), number)
    return _page(found, SettlingForm(found, fresh=True))


@blueprint.post(f"{PAGE}/<int:number>")
@officer
@once(lambda number: f"{PAGE}/{number}")
def settle(number: int) -> ResponseReturnValue:
    """Settle a finding, with a note."""
    user = person()
    found = _own(user, number)
    if not _may_settle(user, found):
        raise NotFound
    form = SettlingForm(found)
    try:
        with transaction():
            settling.settle(found, form.hasil.data or "", form.catatan.data or "", by=person(), at=now())
    except Invalid as refusal:
        form[refusal.field if refusal.field in form else "catatan"].errors = [refusal.message]
        return _page(_own(user, number), form), 422
    flash(_("Temuan diselesaikan."), "success")
    return redirect(f"{PAGE}/{number}", 303)


def _file_row(row: tuple[Finding, Settlement | None]) -> tuple[Cell, ...]:
    found, settled = row
    return (
        *(found.id, str(words.KINDS[found.kind]), found.village_code, words.about(found)),
        *(day_wib(found.found_at).isoformat(), str(words.OUTCOMES[settled.outcome]) if settled else ""),
        settled.note if settled else "",
    )


def _own(user: User, number: int) -> Finding:
    """A finding inside the person's regions."""
    found = reading.finding(number)
    access.place(user, found.village_code)
    return found


def _may_settle(user: User, found: Finding) -> bool:
    """Officers of the region; operators of a village look only."""
    return any(within(found.village_code, scope) for scope in region_scopes(user, OFFICER, ADMIN))


def _page(found: Finding, form: SettlingForm) -> str:
    user = person()
    settled = settling.settlement(found)
    return render_template(
        "indicators/quality/one.html",
        **frame(user, SECTION, region=found.village_code),
        found=found,
        kinds=words.KINDS,
        outcomes=words.OUTCOMES,
        place=labels([found.village_code])[found.village_code],
        settled=settled,
        settler=db.session.get(User, settled.by_id) if settled and settled.by_id else None,
        rows=reading.beneath(found),
        form=form,
        may_settle=_may_settle(user, found),
    )


def _paging(total: int) -> Page[None]:
    arguments = request.args.to_dict()
    last = max(1, -(-total // PER_PAGE))

    def address(to: int) -> str:
        return f"{PAGE}?{urlencode(arguments | {'halaman': to})}"

    return Page((), min(page_number(request.args.get("halaman")), last), PER_PAGE, total, address)
