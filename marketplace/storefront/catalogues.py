"""Decides the catalogue and the price list on paper, of a shop and of a village, with a code to its page."""

from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from marketplace.accounts.guards import anyone
from marketplace.catalog import for_paper
from marketplace.catalog.models import Product
from marketplace.catalog.public import in_region
from marketplace.config import settings
from marketplace.kit.clock import now
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import page_number
from marketplace.kit.qr import qr_drawing
from marketplace.regions import queries as regions
from marketplace.regions.models import VILLAGE
from marketplace.regions.terms import village_term
from marketplace.sellers.queries import public_shop

blueprint = Blueprint("catalogues", __name__)
LIST = "daftar"
# With pictures three sheets of A4, as a list about four.
PER_PAGE = {False: 45, True: 160}


@blueprint.get("/toko/<slug>/katalog")
@anyone("a shop's goods on paper")
def of_shop(slug: str) -> ResponseReturnValue:
    """The goods of a verified shop; `bentuk=daftar` gives a list of prices."""
    shop = public_shop(slug)
    return _paper(
        shop.name,
        regions.full_labels([shop.village_code])[shop.village_code],
        f"/toko/{shop.slug}",
        Product.shop_id == shop.id,
        by_shop=False,
    )


@blueprint.get("/desa/<code>/katalog")
@anyone("a village's goods on paper")
def of_village(code: str) -> ResponseReturnValue:
    """The goods of all verified shops of a village, shop by shop.

    Raises:
        NotFound: the code is not that of a village.
    """
    place = regions.region(code)
    if place.level != VILLAGE:
        raise NotFound
    name = f"{village_term(code).capitalize()} {place.name}"
    return _paper(name, regions.label(place), f"/desa/{code}", in_region(code), by_shop=True)


def _paper(
    name: str, place: str, page_of_it: str, within: ColumnElement[bool], *, by_shop: bool
) -> ResponseReturnValue:
    at, as_list = now(), request.args.get("bentuk") == LIST
    found = for_paper.goods(
        within,
        page_number((request.args.get("halaman") or "")[:9]),
        per_page=PER_PAGE[as_list],
        at=at,
        address=partial(_address, f"{page_of_it}/katalog", as_list),
    )
    address = f"{settings().public_url}{page_of_it}"
    return render_template(
        "storefront/catalogue.html",
        name=name,
        place=place,
        here=page_of_it,
        address=address,
        code=qr_drawing(address, _("Kode QR ke halaman %(name)s", name=name)),
        page=found,
        as_list=as_list,
        by_shop=by_shop,
        printed_at=at,
    )


def _address(path: str, as_list: bool, number: int) -> str:
    query = {"bentuk": LIST} if as_list else {}
    return f"{path}?{urlencode({**query, 'halaman': number})}"
