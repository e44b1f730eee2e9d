"""Decides what a product's page shows: pictures, price, stock in words, its shop, goods beside it."""

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired

from marketplace.accounts.guards import anyone
from marketplace.catalog import freshness, portions, stocking
from marketplace.catalog.cards import Card
from marketplace.catalog.listing import BESTSELLING, Filter, first_of
from marketplace.catalog.models import FULFILMENTS, Product, Variant
from marketplace.catalog.permits import standing
from marketplace.catalog.permits.kinds import KINDS
from marketplace.catalog.pictures import picture
from marketplace.catalog.public import public_product
from marketplace.catalog.queries import price_from
from marketplace.config import settings
from marketplace.kit.clock import day_wib, now
from marketplace.kit.money import rupiah
from marketplace.kit.options import option
from marketplace.orders.answering import answer_words
from marketplace.orders.carts import MOST_PIECES
from marketplace.regions.queries import label
from marketplace.reviews.queries import newest_of
from marketplace.sellers import holidays
from marketplace.storefront import prices

blueprint = Blueprint("product_page", __name__)
FEW = 20
BESIDE = 4


class AddForm(FlaskForm):
    """What goes into the basket. `varian` may be missing where there is only one."""

    produk = HiddenField()
    varian = RadioField(_l("Pilihan"), [InputRequired()], validate_choice=False)
    jumlah = StringField(_l("Jumlah"))


@blueprint.get("/produk/<slug>")
@anyone("looking at a product")
def product(slug: str) -> ResponseReturnValue:
    """Show a product on sale."""
    shown = public_product(slug)
    return page(shown, AddForm(formdata=None, jumlah=str(shown.min_quantity)), at=now())


def page(shown: Product, form: AddForm, *, at: datetime) -> str:
    """The product's page, with the form as it was typed and the reasons of a refusal beside its fields."""
    left = _left(shown, at)
    form.produk.data = shown.slug
    form.varian.choices = [
        option(str(one.id), one.name or shown.unit, note=_note(one, left[one.id]), aside=rupiah(one.price))
        for one in shown.variants
    ]
    if form.varian.data not in [str(variant.id) for variant in shown.variants]:
        buyable = [variant for variant in shown.variants if left[variant.id] != 0]
        form.varian.data = str((buyable or shown.variants)[0].id)
    chosen = next(variant for variant in shown.variants if str(variant.id) == form.varian.data)
    pieces = [left[variant.id] for variant in shown.variants]
    closed = portions.is_closed(shown, day_wib(at))
    return render_template(
        "storefront/product.html",
        product=shown,
        form=form,
        price=chosen.price,
        price_from=price_from(shown),
        stock=str(_("Pemesanan ditutup")) if closed else stock_words(left[chosen.id]),
        few=0 < (left[chosen.id] or 0) <= FEW and not closed,
        sold_out=all(number is not None and number < shown.min_quantity for number in pieces) or closed,
        prices=prices.of(shown, chosen, at=at),
        most=MOST_PIECES if None in pieces else max(number or 0 for number in pieces),
        pictures=[picture(photo.key, photo.alt or shown.name) for photo in shown.photos],
        place=label(shown.shop.village),
        answers=answer_words(shown.shop),
        reviews=newest_of(shown),
        picture_of=picture,
        ways=_(FULFILMENTS[shown.fulfilment]),
        beside=_beside(shown, at),
        resting=holidays.words(shown.shop) if shown.shop.on_holiday(at) else "",
        freshness=freshness.words(shown, at=at),
        permits=standing.badges(shown, at=at),
        permit_kinds=KINDS,
        details=prices.details(shown, chosen),
        address=f"{settings().public_url}/produk/{shown.slug}",
        public_url=settings().public_url,
    )


def _left(shown: Product, at: datetime) -> dict[int, int | None]:
    """Pieces that can be bought, by variant id; the variants have just been read."""
    held = stocking.held([variant.id for variant in shown.variants], at=at)
    return {
        one.id: None if one.on_demand else max(0, one.on_hand - held.get(one.id, 0)) for one in shown.variants
    }


def stock_words(available: int | None) -> str:
    """What is there, in words: few pieces are counted, many are not."""
    if available is None:
        return str(_("Dibuat setelah dipesan"))
    if available == 0:
        return str(_("Habis"))
    return str(_("Tersisa %(count)s", count=available) if available <= FEW else _("Stok tersedia"))


def _note(variant: Variant, available: int | None) -> str:
    """What stands below a choice: how much there is, and what its kilogram costs."""
    return " · ".join(words for words in (stock_words(available), prices.by_weight(variant)) if words)


def _beside(shown: Product, at: datetime) -> list[Card]:
    """Other goods of the same shop; where it has no others, of its village."""
    for scope in (Filter(shop_id=shown.shop_id), Filter(region=shown.shop.village_code)):
        rows = first_of(replace(scope, sort=BESTSELLING), BESIDE + 1, at=at)
        others = [card for card in rows if card.slug != shown.slug][:BESIDE]
        if others:
            return others
    return []
