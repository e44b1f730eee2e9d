"""Decides the pages of files of inputs: a template to fill in, checking what one would do, letting it in."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import officer, person
from marketplace.accounts.models import User
from marketplace.extensions import limiter
from marketplace.indicators import access
from marketplace.indicators.frame import frame
from marketplace.indicators.inputs import checking, kinds, overviews, permission
from marketplace.indicators.inputs.forms import UploadForm
from marketplace.indicators.inputs.kinds import BY_SLUG, Kind
from marketplace.kit.clock import day_wib, now
from marketplace.kit.csv_files import csv_response
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.kit.workbook_files import workbook, workbook_response

SECTION, SHOWN = "masukan", 200
PROBLEM_HEAD = ("baris", "kolom", "isi", "masalah")
blueprint = Blueprint("program_input_files", __name__)


@blueprint.get("/program/masukan/<slug>/berkas")
@officer
def upload_page(slug: str) -> ResponseReturnValue:
    """What a file may say, and where to send it."""
    return _upload_page(_writer(), _kind(slug), UploadForm(formdata=None))


def _leads_to(slug: str) -> str:
    return f"/program/masukan/{slug}/berkas"


@blueprint.post("/program/masukan/<slug>/berkas")
@limiter.limit("20/minute")
@officer
@once(_leads_to)
def check(slug: str) -> ResponseReturnValue:
    """Read a file and write down what it would do. Nothing is known from it yet."""
    user, kind, at, form = _writer(), _kind(slug), now(), UploadForm()
    body, name = form.sent()
    try:
        if not body:
            raise Invalid(_("Pilih berkasnya."), "berkas")
        found = checking.check(kind, body, scopes=permission.scopes(user), today=day_wib(at))
    except Invalid as refusal:
        form.berkas.errors = [refusal.message]
        return _upload_page(user, kind, form), 422
    with transaction():
        number = checking.keep(kind, found, name=name, body=body, by=person(), at=at).id
    return redirect(_address(number), 303)


@blueprint.get("/program/masukan/berkas/<int:number>")
@officer
def one_file(number: int) -> ResponseReturnValue:
    """What a file would do, or has done."""
    user = _writer()
    row = checking.file_of(user, number)
    kind = kinds.KINDS[row.kind]
    return render_template("inputs/file.html", **frame(user, SECTION), row=row, kind=kind, shown=SHOWN)


def _address(number: int) -> str:
    return f"/program/masukan/berkas/{number}"


@blueprint.post("/program/masukan/berkas/<int:number>")
@officer
@once(_address)
def take(number: int) -> ResponseReturnValue:
    """Let every row in, or none."""
    user, at = _writer(), now()
    try:
        with transaction():
            row = checking.file_of(user, number, to_change=True)
            checking.take(row, scopes=permission.scopes(user), by=user, at=at)
    except Conflict as refusal:
        flash(refusal.message, "error")
        row = checking.file_of(_writer(), number)
        kind = kinds.KINDS[row.kind]
        page = render_template("inputs/file.html", **frame(user, SECTION), row=row, kind=kind, shown=SHOWN)
        return page, 409
    flash(_("Semua baris disimpan."), "success")
    return redirect(_address(number), 303)


@blueprint.get("/program/masukan/berkas/<int:number>/masalah.csv")
@officer
def problems(number: int) -> ResponseReturnValue:
    """All that is wrong with a file."""
    row = checking.file_of(_writer(), number)
    return csv_response(f"masalah-masukan-{row.id}", PROBLEM_HEAD, row.problems)


@blueprint.get("/program/masukan/<slug>/isian.<any(csv, xlsx):ending>")
@officer
def template(slug: str, ending: str) -> Response:
    """The villages of a region with all that stands, to be filled in and sent back."""
    user, kind = person(), _kind(slug)
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    name, head = f"isian-{kind.slug}-{region.code}", overviews.template_head(kind)
    rows = list(overviews.template_rows(kind, region))
    if ending == "csv":
        return csv_response(name, head, rows)
    return workbook_response(name, workbook("Isian", head, rows))


def _upload_page(user: User, kind: Kind, form: UploadForm) -> str:
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    return render_template("inputs/upload.html", **frame(user, SECTION), kind=kind, form=form, region=region)


def _writer() -> User:
    """The person, if there is any village whose inputs they enter.

    Raises:
        NotFound: there is none.
    """
    user = person()
    if not permission.scopes(user):
        raise NotFound
    return user


def _kind(slug: str) -> Kind:
    if slug not in BY_SLUG:
        raise NotFound
    return BY_SLUG[slug]
