"""Decides what happens to a basket: goods go in, numbers change; at sign-in it follows its owner."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, session
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import user_logged_in

from marketplace.accounts.guards import anyone
from marketplace.catalog import portions, stocking
from marketplace.catalog.goods import SoldVariant, goods_on_sale
from marketplace.catalog.pictures import Picture, picture
from marketplace.kit.clock import day_wib, now
from marketplace.kit.errors import Invalid, NotFound
from marketplace.kit.transaction import transaction
from marketplace.orders import baskets, carts
from marketplace.orders.baskets import ShopGroup
from marketplace.orders.carts import Wish
from marketplace.sellers import holidays
from marketplace.storefront import product_page
from marketplace.storefront.furniture import CART, cart_token, keep_cart, visitor, wishes
from marketplace.storefront.product_page import Wanted
from marketplace.storefront.quantities import NotSoldSo, pieces, sold_so, within_stock

blueprint = Blueprint("basket", __name__)


@blueprint.get("/keranjang")
@anyone("guests have baskets too")
def basket() -> ResponseReturnValue:
    """Show the basket."""
    return page(at=now())


@blueprint.post("/keranjang")
@anyone("guests have baskets too")
def add() -> ResponseReturnValue:
    """Put pieces of a variant into the basket."""
    wanted = Wanted(request.form.get("varian", ""), request.form.get("jumlah"))
    variants = goods_on_sale(request.form.get("produk", ""))
    product = variants[0].product
    try:
        variant = _variant(variants, wanted.variant)
        number = product.min_quantity if wanted.number is None else pieces(wanted.number)
        with transaction(gathers=True):
            _put(variant, number, at=now())
    except Invalid as refusal:
        field = "varian" if refusal.field == "varian" else "jumlah"
        shown = str(refusal.instead) if isinstance(refusal, NotSoldSo) else wanted.number
        refused = Wanted(wanted.variant, shown, field, refusal.message)
        return product_page.page(product.slug, refused, at=now()), 422
    flash(_("%(name)s masuk ke keranjang.", name=product.name), "success")
    return redirect("/keranjang", 303)


@blueprint.post("/keranjang/<int:line_id>")
@anyone("guests have baskets too")
def change(line_id: int) -> ResponseReturnValue:
    """Set the pieces of a line; 0 takes it out."""
    at = now()
    typed = request.form.get("jumlah")
    cart_id = _line(carts.wishes(visitor(), cart_token()), line_id).cart_id
    try:
        number = pieces(typed, least=0)
        with transaction():
            line = _line(carts.own_to_order(cart_id, visitor(), cart_token()), line_id)
            shelf = stocking.look_at([line.variant_id], at=at)
            variant, left = shelf.goods[line.variant_id], shelf.left[line.variant_id]
            if number:
                sold_so(variant.product, within_stock(number, left), left)
            carts.change(line, variant, number, at=at)
    except Invalid as refusal:
        shown = str(refusal.instead) if isinstance(refusal, NotSoldSo) else typed
        return page(at=at, refused={line_id: (shown or "", refusal.message)}), 422
    if number == 0:
        flash(_("Barang dikeluarkan dari keranjang."), "success")
    return redirect("/keranjang", 303)


def page(
    *, at: datetime, refused: dict[int, tuple[str, str]] | None = None, said: list[str] | None = None
) -> str:
    """The basket; `refused` holds by line what was typed and why not, `said` what was changed."""
    groups = baskets.groups(wishes(), at=at)
    return render_template(
        "storefront/basket.html",
        groups=groups,
        total=sum(group.goods_total for group in groups),
        thumbs=_thumbs(groups),
        problems=baskets.problems(groups),
        refused=refused or {},
        said=said or [],
    )


@blueprint.record_once
def _follow_sign_ins(state: BlueprintSetupState) -> None:
    user_logged_in.connect(_adopt, state.app)


def _adopt(_app: Flask, user: Any, **_extra: object) -> None:
    """Somebody signs in, within the view's transaction: the browser's basket becomes the person's."""
    token = session.pop(CART, None)
    if token:
        carts.adopt(user.user, token, at=now())


def _thumbs(groups: Sequence[ShopGroup]) -> dict[int, Picture]:
    """The first picture of each product."""
    products = [line.product for group in groups for line in group.lines if line.product.picture_key]
    return {product.id: picture(product.picture_key, product.name) for product in products}


def _variant(variants: Sequence[SoldVariant], wanted: str) -> SoldVariant:
    """The variant that was chosen; where there is only one, nobody has to choose."""
    if not wanted and len(variants) == 1:
        return variants[0]
    for variant in variants:
        if str(variant.id) == wanted:
            return variant
    raise Invalid(_("Pilih salah satu pilihan yang ada."), "varian")


def _put(variant: SoldVariant, number: int, *, at: datetime) -> None:
    cart_id, token = carts.open_cart(visitor(), cart_token(), at=at)
    keep_cart(token)
    held = sum(line.quantity for line in carts.to_order(cart_id) if line.variant_id == variant.id)
    left = stocking.available([variant.id], at=at)[variant.id]
    if held and left is not None and held + number > left:
        raise Invalid(
            _("Stok %(left)s, dan %(held)s sudah ada di keranjang Anda.", left=left, held=held), "jumlah"
        )
    within_stock(number, left)
    if variant.product.shop.on_holiday(at):
        raise Invalid(f"{holidays.words(variant.product.shop)}.", "jumlah")
    if portions.is_closed(variant.product, day_wib(at)):
        raise Invalid(_("Pemesanan untuk panen ini sudah ditutup."), "jumlah")
    sold_so(variant.product, held + number, left, held=held)
    carts.add(cart_id, variant, number, at=at)


def _line(wishes: Sequence[Wish], line_id: int) -> Wish:
    """A line of this visitor's basket.

    Raises:
        NotFound: there is none with this number, or it lies in somebody else's.
    """
    line = next((wish for wish in wishes if wish.line_id == line_id), None)
    if line is None:
        raise NotFound
    return line
