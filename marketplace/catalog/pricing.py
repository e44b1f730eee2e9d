"""Decides what a quantity costs: the price of a unit by how many are bought, and per kilogram. Pure rules."""

from collections.abc import Sequence

from flask_babel import gettext as _

from marketplace.kit.errors import Invalid
from marketplace.kit.money import proportion

MOST_TIERS = 5


def unit_price(price: int, tiers: Sequence[Sequence[int]], quantity: int) -> int:
    """Rupiah for each of `quantity` units: of the highest tier (from quantity, price) reached, or `price`.

    All units cost the same, so that what is paid stays unit price times quantity.
    """
    reached = [(start, cost) for start, cost in tiers if quantity >= start]
    return max(reached)[1] if reached else price


def checked_tiers(price: int, tiers: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The tiers in the order of their quantities.

    Raises:
        Invalid: two begin at the same quantity, one begins below 2, or more pieces cost no less each.
    """
    found = sorted(tiers)
    if len(found) > MOST_TIERS:
        raise Invalid(_("Paling banyak %(most)s tingkat harga.", most=MOST_TIERS), "tingkat")
    last_start, last_cost = 1, price
    for start, cost in found:
        if start == last_start and last_start > 1:
            raise Invalid(
                _("Ada dua harga grosir mulai %(start)s. Hapus salah satunya.", start=start), "tingkat"
            )
        if start < 2:
            raise Invalid("Harga grosir mulai dari 2 atau lebih.", "tingkat")
        if not 0 < cost < last_cost:
            words = _(
                "Harga grosir mulai %(start)s harus lebih murah daripada harga untuk jumlah di bawahnya.",
                start=start,
            )
            raise Invalid(words, "tingkat")
        last_start, last_cost = start, cost
    return [list(tier) for tier in found]


def per_weight(price: int, grams: int | None) -> tuple[int, str] | None:
    """Rupiah per kilogram, or per 100 g of what weighs less than 250 g; None where the weight is not known.

    None as well where the price is for exactly that much already.
    """
    if not grams or grams in (100, 1000):
        return None
    return (proportion(price, 100, grams), "100 g") if grams < 250 else (proportion(price, 1000, grams), "kg")
