"""Decides what shops, villages and wider regions show: who sells there, and how to browse down to them."""

from functools import partial

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.accounts.guards import anyone
from marketplace.catalog.cards import next_change
from marketplace.catalog.listing import Filter, listing
from marketplace.catalog.public import regions_with_goods
from marketplace.kit import alike
from marketplace.kit.clock import now
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import page_number
from marketplace.orders.answering import answer_words
from marketplace.regions import queries as regions
from marketplace.regions.models import DISTRICT, PROVINCE, REGENCY, VILLAGE
from marketplace.regions.terms import village_term
from marketplace.sellers import holidays
from marketplace.sellers.models import KINDS
from marketplace.sellers.queries import public_shop, shops_in

blueprint = Blueprint("shops", __name__)
# Codes of the places below: a province is browsed by regencies (5 characters), and so on.
NEXT_LENGTH = {PROVINCE: 5, REGENCY: 8, DISTRICT: 13}


@blueprint.get("/toko/<slug>")
@anyone("looking at a shop")
def shop(slug: str) -> ResponseReturnValue:
    """Show a verified shop and its goods."""
    shown, at = public_shop(slug), now()
    page = listing(Filter(shop_id=shown.id), _page(), at=at, address=partial(_address, f"/toko/{shown.slug}"))
    # Where a holiday begins or ends at a moment, the page is made anew for everybody.
    if shown.holiday_ends is None:
        alike.until(next_change, at=at)
    return render_template(
        "storefront/shop.html",
        shop=shown,
        kind=gettext(KINDS[shown.kind]) if shown.kind in KINDS else "",
        place=regions.full_labels([shown.village_code])[shown.village_code],
        answers=answer_words(shown),
        way=regions.way(shown.village_code),
        page=page,
        resting=holidays.words(shown) if shown.on_holiday(at) else "",
    )


@blueprint.get("/desa/<code>")
@anyone("looking at a village")
def village(code: str) -> ResponseReturnValue:
    """Show a village: its shops and goods.

    Raises:
        NotFound: the code is not that of a village.
    """
    place = regions.place(code)
    if place.level != VILLAGE:
        raise NotFound
    at = now()
    alike.until(next_change, at=at)
    page = listing(Filter(region=code), _page(), at=at, address=partial(_address, f"/desa/{code}"))
    return render_template(
        "storefront/village.html",
        place=place,
        term=village_term(code).capitalize(),
        way=regions.way(code),
        shops=shops_in(code),
        page=page,
    )


@blueprint.get("/wilayah/<code>")
@anyone("browsing the regions")
def region(code: str) -> ResponseReturnValue:
    """Show a region: the places below it with the numbers of their goods, and its newest goods."""
    place = regions.place(code)
    if place.level == VILLAGE:
        return village(code)
    counts = regions_with_goods(NEXT_LENGTH[place.level], within=code)
    below = [(child.code, child.name, counts.get(child.code, 0)) for child in regions.children(code)]
    at = now()
    alike.until(next_change, at=at)
    page = listing(Filter(region=code), _page(), at=at, address=partial(_address, f"/wilayah/{code}"))
    return render_template(
        "storefront/region.html",
        place=place,
        way=regions.way(code),
        selling=[row for row in below if row[2]],
        quiet=[row for row in below if not row[2]],
        path="desa" if place.level == DISTRICT else "wilayah",
        page=page,
    )


def _page() -> int:
    return page_number((request.args.get("halaman") or "")[:9])


def _address(path: str, number: int) -> str:
    return f"{path}?halaman={number}" if number > 1 else path
