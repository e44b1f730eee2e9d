"""Decides at which shop's desk a person works: that of `toko` (address or form), the last one, the first.

An operator who helps a seller sits at that seller's desk until the help is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request, session
from werkzeug.wrappers import Response

from marketplace.accounts.guards import person
from marketplace.kit.errors import NotFound
from marketplace.sellers.assist_models import AssistConsent
from marketplace.sellers.helping import consent_in_use, taken_by
from marketplace.sellers.models import Shop
from marketplace.sellers.queries import shops_of

REMEMBERED = "toko"


class NoShop(NotFound):
    """This person works in no shop yet."""


@dataclass(frozen=True)
class Desk:
    """The shop at which the person works now, and all in which they do.

    `helping` is the consent on whose ground an operator sits here for the seller; None for the shop's own.
    """

    shop: Shop
    shops: Sequence[Shop]
    helping: AssistConsent | None = None


def desk() -> Desk:
    """The signed-in person's desk.

    Raises:
        NoShop: they work in no shop.
        NotFound: the shop asked for is not theirs.
        HelpEnded, ShopStopped: they help a seller, and may not any more.
    """
    consent = consent_in_use()
    if consent is not None:
        if request.values.get("toko", consent.shop.slug) != consent.shop.slug:
            raise NotFound
        return Desk(consent.shop, [consent.shop], consent)
    shops = shops_of(person())
    if not shops:
        raise NoShop
    asked = request.values.get("toko")
    if asked is not None:
        chosen = next((shop for shop in shops if shop.slug == asked), None)
        if chosen is None:
            raise NotFound
        session[REMEMBERED] = chosen.slug
        return Desk(chosen, shops)
    remembered = session.get(REMEMBERED)
    return Desk(next((shop for shop in shops if shop.slug == remembered), shops[0]), shops)


def actor() -> str:
    """Who acts at this desk, for the history of what is done here.

    `seller:<account id>`, or `operator:<account id>` for an operator who helps the seller.
    """
    kind = "operator" if taken_by(person()) else "seller"
    return f"{kind}:{person().id}"


def welcome(blueprint: Blueprint) -> None:
    """Let the pages of a blueprint tell people without a shop how one is opened."""
    blueprint.register_error_handler(NoShop, _how_to_open_one)


def _how_to_open_one(_: NoShop) -> Response:
    """Not there, as every page that is not for this person; but these words tell how it comes to be."""
    return make_response(render_template("sellers/no_shop.html"), 404)
