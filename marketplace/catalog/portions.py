"""Decides which quantities may be bought, when goods are there, what they weigh on the way. Pure rules."""

from datetime import date, timedelta

from flask_babel import gettext as _

from marketplace.catalog.goods import SoldProduct, SoldVariant
from marketplace.catalog.models import Product, Variant

# Couriers on the road charge a parcel of so many cubic centimetres like one of a kilogram.
CM3_OF_A_KG = 6000


def refusal(product: Product | SoldProduct, quantity: int) -> str | None:
    """Why this many cannot be bought by the seller's minimum and step; None when they can."""
    if quantity == nearest(product, quantity):
        return None
    named = {"least": product.min_quantity, "step": product.step, "unit": _(product.unit)}
    if product.step == 1:
        return str(_("Paling sedikit %(least)s %(unit)s.", **named))
    if product.min_quantity == product.step:
        return str(_("Dijual per %(step)s %(unit)s.", **named))
    return str(_("Paling sedikit %(least)s %(unit)s, lalu bertambah per %(step)s.", **named))


def nearest(product: Product | SoldProduct, quantity: int) -> int:
    """The allowed quantity at or below this one; the smallest allowed one where it is too small."""
    above = max(0, quantity - product.min_quantity)
    return product.min_quantity + above // product.step * product.step


def ready_on(product: Product | SoldProduct, *, on_demand: bool, today: date) -> date | None:
    """The day from which goods ordered `today` (WIB) can be handed over; None when they are there."""
    if product.expected_on is not None and product.expected_on > today:
        return product.expected_on
    if on_demand and product.made_in_days:
        return today + timedelta(days=product.made_in_days)
    return None


def is_closed(product: Product | SoldProduct, today: date) -> bool:
    """Whether orders ahead of the harvest are no longer taken, and the goods not there yet."""
    if product.order_until is None or product.expected_on is None:
        return False
    return product.order_until < today < product.expected_on


def net_grams(variant: Variant | SoldVariant) -> int | None:
    """Grams of content of one unit, where they are known."""
    return variant.net_weight_g or variant.product.net_weight_g


def way_grams(variant: Variant | SoldVariant) -> int:
    """Grams that a courier charges for one unit: what it weighs, or what its size counts for."""
    product = variant.product
    scale = product.shipping_weight_g if variant.shipping_weight_g is None else variant.shipping_weight_g
    sides = (product.length_cm or 0) * (product.width_cm or 0) * (product.height_cm or 0)
    return max(scale, sides * 1000 // CM3_OF_A_KG)
