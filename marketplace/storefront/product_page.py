"""Decides what a product's page shows: pictures, price, stock in words, its shop, goods beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import anyone
from marketplace.catalog import freshness, portions
from marketplace.catalog.cards import Card
from marketplace.catalog.listing import BESTSELLING, Filter, first_of
from marketplace.catalog.models import FULFILMENTS
from marketplace.catalog.permits import standing
from marketplace.catalog.permits.kinds import KINDS
from marketplace.catalog.pictures import picture
from marketplace.catalog.shown import ShownProduct, ShownVariant, shown_product
from marketplace.config import settings
from marketplace.kit.clock import day_wib, now
from marketplace.kit.money import rupiah
from marketplace.orders.answering import answer_words
from marketplace.orders.carts import MOST_PIECES
from marketplace.regions.queries import full_labels
from marketplace.reviews.queries import newest_of
from marketplace.sellers import holidays
from marketplace.storefront import prices
from marketplace.storefront.prices import Prices

blueprint = Blueprint("product_page", __name__)
FEW = 20
BESIDE = 4


@dataclass(frozen=True)
class Wanted:
    """What goes into the basket, as typed: a variant's id, a number; and why `field` was refused."""

    variant: str = ""
    number: str | None = None
    field: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Offer:
    """What stands beside the pictures: the name, the price of the chosen variant, how much is there.

    `since` is the price of the cheapest variant, where they do not all cost the same.
    """

    name: str
    unit: str
    price: int
    since: int | None
    prices: Prices
    special: bool
    stock: str
    tone: str
    freshness: str


@dataclass(frozen=True)
class Buying:
    """The fields of the form that puts pieces into the basket; `choices` are (id, name, note, price).

    `resting` says until when the shop takes no orders.
    """

    wanted: Wanted
    choices: tuple[tuple[str, str, str, str], ...]
    unit: str
    least: int
    step: int
    most: int
    price: int
    since: int | None
    sold_out: bool
    resting: str


@blueprint.get("/produk/<slug>")
@anyone("looking at a product")
def product(slug: str) -> ResponseReturnValue:
    """Show a product on sale."""
    return page(slug, Wanted(), at=now())


def page(slug: str, wanted: Wanted, *, at: datetime) -> str:
    """The product's page, with its form as it was typed and the reason of a refusal beside the field.

    Raises:
        NotFound: there is none, it is not on sale, or its shop is not verified.
    """
    variants = shown_product(slug, at=at)
    chosen = _chosen(variants, wanted.variant)
    shown, shop = chosen.product, chosen.product.shop
    return render_template(
        "storefront/product.html",
        product=shown,
        offer=_offer(variants, chosen, at),
        buying=_buying(variants, chosen, wanted, at),
        pictures=tuple(picture(key, alt or shown.name) for key, alt in shown.photos),
        place=full_labels([shop.village_code])[shop.village_code],
        answers=answer_words(shop),
        reviews=newest_of(shown),
        picture_of=picture,
        ways=_(FULFILMENTS[shown.fulfilment]),
        beside=_beside(shown, at),
        permits=tuple(
            (KINDS[each.kind].name, each.number, each.verified) for each in standing.badges(shown, at=at)
        ),
        details=prices.details(chosen),
        address=f"{settings().public_url}/produk/{shown.slug}",
        public_url=settings().public_url,
    )


def _chosen(variants: Sequence[ShownVariant], wanted: str) -> ShownVariant:
    """The variant that was asked for; else the first that can be bought."""
    asked = [one for one in variants if str(one.id) == wanted]
    buyable = [one for one in variants if one.left != 0]
    return (asked or buyable or variants)[0]


def _offer(variants: Sequence[ShownVariant], chosen: ShownVariant, at: datetime) -> Offer:
    shown, left = chosen.product, chosen.left
    closed = portions.is_closed(shown, day_wib(at))
    few = 0 < (left or 0) <= FEW and not closed
    return Offer(
        name=shown.name,
        unit=shown.unit,
        price=chosen.price,
        since=_since(variants),
        prices=prices.of(variants, chosen, at=at),
        special=shown.is_unggulan,
        stock=str(_("Pemesanan ditutup")) if closed else stock_words(left),
        tone="" if _sold_out(variants, at) else "wait" if few else "ok",
        freshness=freshness.words(variants, at=at),
    )


def _buying(variants: Sequence[ShownVariant], chosen: ShownVariant, wanted: Wanted, at: datetime) -> Buying:
    shown, pieces = chosen.product, [one.left for one in variants]
    number = str(shown.min_quantity) if wanted == Wanted() else wanted.number or ""
    return Buying(
        wanted=replace(wanted, variant=str(chosen.id), number=number),
        choices=tuple(
            (str(one.id), one.name or shown.unit, _note(one), rupiah(one.price)) for one in variants
        ),
        unit=shown.unit,
        least=shown.min_quantity,
        step=shown.step,
        most=MOST_PIECES if None in pieces else max(left or 0 for left in pieces),
        price=chosen.price,
        since=_since(variants),
        sold_out=_sold_out(variants, at),
        resting=_resting(shown, at),
    )


def _since(variants: Sequence[ShownVariant]) -> int | None:
    """Rupiah of the cheapest variant, where they do not all cost the same."""
    costs = {one.price for one in variants}
    return min(costs) if len(costs) > 1 else None


def _sold_out(variants: Sequence[ShownVariant], at: datetime) -> bool:
    """Whether none can be bought in the smallest quantity that is sold, or orders are closed."""
    shown = variants[0].product
    return portions.is_closed(shown, day_wib(at)) or all(
        one.left is not None and one.left < shown.min_quantity for one in variants
    )


def _resting(shown: ShownProduct, at: datetime) -> str:
    """Until when the shop is on holiday, with its own words; empty while it is not."""
    if not shown.shop.on_holiday(at):
        return ""
    own = shown.shop.holiday_words
    return f"{holidays.words(shown.shop)}{f': {own}' if own else '.'}"


def stock_words(available: int | None) -> str:
    """What is there, in words: few pieces are counted, many are not."""
    if available is None:
        return str(_("Dibuat setelah dipesan"))
    if available == 0:
        return str(_("Habis"))
    return str(_("Tersisa %(count)s", count=available) if available <= FEW else _("Stok tersedia"))


def _note(variant: ShownVariant) -> str:
    """What stands below a choice: how much there is, and what its kilogram costs."""
    return " · ".join(words for words in (stock_words(variant.left), prices.by_weight(variant)) if words)


def _beside(shown: ShownProduct, at: datetime) -> list[Card]:
    """Other goods of the same shop; where it has no others, of its village."""
    for scope in (Filter(shop_id=shown.shop_id), Filter(region=shown.shop.village_code)):
        rows = first_of(replace(scope, sort=BESTSELLING), BESIDE + 1, at=at)
        others = [card for card in rows if card.slug != shown.slug][:BESIDE]
        if others:
            return others
    return []
