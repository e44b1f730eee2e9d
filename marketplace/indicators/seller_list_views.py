"""Decides the officers' page of sellers: the shops of a region by their KPB or poktan registration."""

from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import officer, person
from marketplace.indicators import access, seller_list
from marketplace.indicators.files import as_file, table_file
from marketplace.indicators.frame import frame
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import page_number

blueprint = Blueprint("program_sellers", __name__)


@blueprint.get("/program/penjual")
@officer
def sellers() -> ResponseReturnValue:
    """Shops with what they registered; `terdaftar` is one of semua, ya, tidak; `q` a part of it."""
    user = person()
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    registered = request.args.get("terdaftar", seller_list.ALL)
    if registered not in seller_list.CHOICES:
        raise NotFound
    text = request.args.get("q", "").strip()[: seller_list.LONGEST]
    if as_file():
        rows = seller_list.file_rows(region.code, registered, text)
        return table_file(f"penjual-{region.code}", seller_list.FILE_HEAD, rows)
    asked = {"wilayah": region.code, "terdaftar": registered, "q": text}

    def address(number: int) -> str:
        return f"/program/penjual?{urlencode(asked | {'halaman': number})}"

    found = seller_list.page(region.code, registered, text, page_number(request.args.get("halaman")))
    total, told = seller_list.counts(region.code)
    return render_template(
        "indicators/sellers.html",
        **frame(user, "masukan", region=region.code),
        region=region,
        registered=registered,
        text=text,
        page=replace(found, address=address),
        total=total,
        told=told,
    )
