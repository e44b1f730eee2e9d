"""Decides at which shop's desk a person works: that of `toko` (address or form), the last one, the first.

An operator who helps a seller sits at that seller's desk until the help is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request, session
from werkzeug.wrappers import Response

from marketplace.accounts.guards import person
from marketplace.kit.errors import Conflict, NotFound
from marketplace.sellers.assist_models import AssistConsent
from marketplace.sellers.helping import consent_in_use, taken_by
from marketplace.sellers.models import OWNER, STAFF, SUSPENDED, Shop
from marketplace.sellers.queries import memberships_of

REMEMBERED = "toko"


class NoShop(NotFound):
    """This person works in no shop yet."""


class SellsNothingMore(Conflict):
    """A suspended shop sells nothing more; its open orders go on."""


@dataclass(frozen=True)
class Desk:
    """The shop at which the person works now, and all in which they do. `role`: `owner` or `staff`.

    `helping` is the consent on whose ground an operator sits here for the seller; None for the shop's own.
    """

    shop: Shop
    shops: Sequence[Shop]
    role: str
    helping: AssistConsent | None = None

    @property
    def owns(self) -> bool:
        """Whether the person decides here about members, money accounts and the shop itself."""
        return self.role == OWNER


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
        return Desk(consent.shop, [consent.shop], STAFF, consent)
    memberships = memberships_of(person())
    if not memberships:
        raise NoShop
    asked = request.values.get("toko")
    remembered = session.get(REMEMBERED) if asked is None else asked
    chosen = next((each for each in memberships if each.shop.slug == remembered), None)
    if asked is not None:
        if chosen is None:
            raise NotFound
        session[REMEMBERED] = asked
    here = chosen or memberships[0]
    return Desk(here.shop, [each.shop for each in memberships], here.role)


def choose(slug: str) -> None:
    """Let the person work at the desk of this shop from now on, if they are a member."""
    session[REMEMBERED] = slug


def owner_desk() -> Desk:
    """The desk, for what only an owner decides: members, money accounts, holidays, the end of a shop.

    Raises:
        NotFound: the person works here without owning the shop.
    """
    here = desk()
    if not here.owns:
        raise NotFound
    return here


def own_desk() -> Desk:
    """The desk, for what only people of the shop see: its money.

    Raises:
        NotFound: an operator sits here for the seller.
    """
    here = desk()
    if here.helping is not None:
        raise NotFound
    return here


def open_desk() -> Desk:
    """The desk, for what means selling more: goods put up, changed, shown again, counted anew.

    Orders that are placed are not asked for here: they are fulfilled and refunded in any state of the shop.

    Raises:
        SellsNothingMore: the shop is suspended.
    """
    here = desk()
    if here.shop.status == SUSPENDED:
        raise SellsNothingMore(
            "Toko ini sedang dihentikan sementara: barang dan stok tidak bisa diubah. "
            "Pesanan yang sudah masuk tetap bisa diselesaikan."
        )
    return here


def actor() -> str:
    """Who acts at this desk, for the history of what is done here.

    `seller:<account id>`, or `operator:<account id>` for an operator who helps the seller.
    """
    kind = "operator" if taken_by(person()) else "seller"
    return f"{kind}:{person().id}"


def welcome(blueprint: Blueprint) -> None:
    """Let the pages of a blueprint tell people how a shop is opened, and what a suspended one may do."""
    blueprint.register_error_handler(NoShop, _how_to_open_one)
    blueprint.register_error_handler(SellsNothingMore, _why_not_now)


def _how_to_open_one(_: NoShop) -> Response:
    """Not there, as every page that is not for this person; but these words tell how it comes to be."""
    return make_response(render_template("sellers/no_shop.html"), 404)


def _why_not_now(refusal: SellsNothingMore) -> Response:
    return make_response(render_template("sellers/stopped.html", desk=desk(), words=refusal.message), 409)
