"""Decides the seller's pages of files: send one, see what it would do, let it begin, watch it; export."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop
from marketplace.catalog.imports import albums, beginning, checking, exporting, keeping
from marketplace.catalog.imports.columns import COLUMNS
from marketplace.catalog.imports.forms import ImportForm
from marketplace.catalog.queries import category_choices, count_without_photo
from marketplace.config import settings
from marketplace.extensions import limiter
from marketplace.kit.clock import now
from marketplace.kit.csv_files import csv_response
from marketplace.kit.errors import Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.kit.workbook_files import workbook_response
from marketplace.sellers.desk import Desk, actor, desk, open_desk, welcome

blueprint = Blueprint("imports", __name__)
welcome(blueprint)

HOME = "/penjual/produk/impor"
SHOWN = 200


def _address(number: int) -> str:
    return f"{HOME}/{number}"


@blueprint.get("/penjual/produk/impor")
@member_of_shop
def import_page() -> ResponseReturnValue:
    """What a file may say, the templates, and the latest files."""
    return _page(desk(), ImportForm())


@blueprint.post("/penjual/produk/impor")
@limiter.limit("20/minute")
@member_of_shop
@once(lambda: HOME)
def check() -> ResponseReturnValue:
    """Read a file and write down what it would do. Nothing of the shop changes yet."""
    here, form, at = open_desk(), ImportForm(), now()
    body, photos, name = form.sent()
    try:
        if not body:
            raise Invalid(_("Pilih berkas daftar barangnya."), "berkas")
        found = checking.forecast(here.shop, body, photos, category_choices(), at=at)
    except Invalid as refusal:
        form.blame(refusal.field, refusal.message)
        return _page(here, form), 422
    folder = settings().import_dir
    key = keeping.keep(folder, found.lines, photos if found.photo_count else b"")
    try:
        with transaction():
            row, stale = checking.record(here.shop, found, key=key, file_name=name, actor=actor(), at=at)
            number = row.id
    except BaseException:
        # The same form a moment ago, or the database is away: no row will ever name what was kept.
        keeping.drop(folder, key)
        raise
    for old in stale:
        keeping.drop(folder, old)
    return redirect(_address(number), 303)


@blueprint.get("/penjual/produk/impor/<int:number>")
@member_of_shop
def one_import(number: int) -> ResponseReturnValue:
    """What a file would do, does, or has done."""
    here = desk()
    row = beginning.import_of(here.shop, number)
    at_once = beginning.may_take_all(row)
    waiting = count_without_photo(here.shop)
    page = make_response(
        render_template("imports/one.html", desk=here, row=row, at_once=at_once, shown=SHOWN, waiting=waiting)
    )
    if row.is_open:
        # Without JavaScript the browser asks again by itself; nothing on this page is typed or lost.
        page.headers["Refresh"] = "4"
    return page


@blueprint.post("/penjual/produk/impor/<int:number>")
@member_of_shop
@once(_address)
def begin(number: int) -> ResponseReturnValue:
    """Let the worker take it over."""
    here = open_desk()
    with transaction():
        row = beginning.import_of(here.shop, number, to_change=True)
        beginning.begin(row, _chosen(), actor=actor())
    return redirect(_address(number), 303)


@blueprint.post("/penjual/produk/impor/<int:number>/batal")
@member_of_shop
@once(lambda **_arguments: HOME)
def give_up(number: int) -> ResponseReturnValue:
    """Forget a checked file."""
    here, at = desk(), now()
    with transaction():
        row = beginning.import_of(here.shop, number, to_change=True)
        beginning.give_up(row, at=at)
        key = row.key
    keeping.drop(settings().import_dir, key)
    flash(_("Impor dibatalkan. Tidak ada yang berubah."), "success")
    return redirect(HOME, 303)


@blueprint.get("/penjual/produk/impor/<int:number>/masalah.csv")
@member_of_shop
def problems(number: int) -> ResponseReturnValue:
    """All that is wrong with a file."""
    row = beginning.import_of(desk().shop, number)
    return csv_response(f"masalah-impor-{row.id}", ("baris", "kolom", "isi", "masalah"), row.problems)


@blueprint.get("/penjual/produk/impor/contoh.<any(csv, xlsx):kind>")
@member_of_shop
def example(kind: str) -> ResponseReturnValue:
    """A template to fill in."""
    if kind == "csv":
        return csv_response("contoh-barang", COLUMNS, exporting.EXAMPLES)
    return workbook_response("contoh-barang", exporting.as_xlsx(exporting.EXAMPLES))


@blueprint.get("/penjual/produk/ekspor.<any(csv, xlsx):kind>")
@member_of_shop
def export(kind: str) -> ResponseReturnValue:
    """The shop's own goods, in the columns in which they may come in again."""
    shop = desk().shop
    if kind == "csv":
        return csv_response(f"barang-{shop.slug}", COLUMNS, exporting.goods_rows(shop))
    return workbook_response(f"barang-{shop.slug}", exporting.as_xlsx(exporting.goods_rows(shop)))


@blueprint.get("/penjual/produk/ekspor-foto-<int:part>.zip")
@member_of_shop
def export_photos(part: int) -> ResponseReturnValue:
    """One part of the shop's own photos, called as in the export of its goods."""
    shop = desk().shop
    parts = albums.albums(shop, folder=settings().media_dir)
    if not 1 <= part <= len(parts):
        raise NotFound
    response = Response(albums.zipped(parts[part - 1].photos), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="foto-{shop.slug}-{part}.zip"'
    return response


def _chosen() -> str:
    return request.form.get("cara", "")


def _page(here: Desk, form: ImportForm) -> str:
    return render_template(
        "imports/start.html",
        desk=here,
        form=form,
        imports=beginning.imports_of(here.shop),
        categories=category_choices(),
        albums=albums.albums(here.shop, folder=settings().media_dir),
    )
