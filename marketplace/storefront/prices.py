"""Decides what a product's page says about its price: by weight, by quantity, and when it will be there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from marketplace.catalog import portions, pricing
from marketplace.catalog.shown import ShownProduct, ShownVariant
from marketplace.kit import languages
from marketplace.kit.clock import day_wib
from marketplace.kit.money import rupiah
from marketplace.regions.queries import full_labels


@dataclass(frozen=True)
class Prices:
    """What stands around a price: an earlier one (rupiah), by weight, by quantity, season and minimum.

    `tables` are (variant, rows of quantity and price), only of variants with prices by quantity.
    """

    was: int | None
    by_weight: str
    tables: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    season: str
    at_least: str


def of(variants: Sequence[ShownVariant], chosen: ShownVariant, *, at: datetime) -> Prices:
    """The words around the price of the chosen variant."""
    product = chosen.product
    return Prices(
        was=chosen.compare_price,
        by_weight=by_weight(chosen),
        tables=tuple((one.name, _rows(one, product)) for one in variants if one.tiers),
        season=season(product, on_demand=chosen.on_demand, today=day_wib(at)),
        at_least=portions.refusal(product, 0) or "" if product.min_quantity > 1 else "",
    )


def by_weight(variant: ShownVariant) -> str:
    """What a kilogram or 100 g of a variant costs, in words; empty where that says nothing new."""
    weighed = pricing.per_weight(variant.price, portions.net_grams(variant))
    return f"{rupiah(weighed[0])} / {weighed[1]}" if weighed else ""


def season(product: ShownProduct, *, on_demand: bool, today: date) -> str:
    """When goods that are not there yet will be, in a sentence; empty when they are there."""
    ready = portions.ready_on(product, on_demand=on_demand, today=today)
    if ready is None:
        return ""
    if ready != product.expected_on:
        return str(_("Dibuat setelah dipesan, siap dalam %(days)s hari.", days=product.made_in_days))
    words = [str(_("Pesan sekarang, dikirim mulai %(day)s.", day=_day(ready)))]
    if product.harvest_from and product.harvest_until:
        first, last = _day(product.harvest_from), _day(product.harvest_until)
        words.append(str(_("Perkiraan panen %(first)s sampai %(last)s.", first=first, last=last)))
    if product.order_until:
        words.append(str(_("Pesanan diterima sampai %(day)s.", day=_day(product.order_until))))
    return " ".join(words)


def details(chosen: ShownVariant) -> tuple[tuple[str, str], ...]:
    """What is known of one unit, in rows; what the seller has not said is left out."""
    product, grams = chosen.product, portions.net_grams(chosen)
    size = (product.length_cm, product.width_cm, product.height_cm)
    origin = full_labels([product.origin_code])[product.origin_code] if product.origin_code else ""
    kept = _("%(days)s hari", days=product.shelf_life_days) if product.shelf_life_days else ""
    weighed = product.shipping_weight_g if chosen.shipping_weight_g is None else chosen.shipping_weight_g
    rows = [
        (_("Kategori"), languages.said(product.category_name)),
        (_("Satuan"), product.unit),
        (_("Isi bersih"), weight(grams) if grams else ""),
        (_("Merek"), product.brand),
        (_("Mutu"), product.grade),
        (_("Asal"), origin),
        (_("Tahan simpan"), kept),
        (_("Baik dipakai sampai"), _day(product.expires_on) if product.expires_on else ""),
        (_("Berat kirim"), weight(weighed)),
        (_("Ukuran kirim"), " x ".join(str(side) for side in size) + " cm" if all(size) else ""),
    ]
    return tuple((str(name), str(said)) for name, said in rows if said)


def weight(grams: int) -> str:
    """Grams for people: 250 g, 1,5 kg."""
    return f"{grams} g" if grams < 1000 else _kilograms(grams, languages.chosen())


@lru_cache(maxsize=500)
def _kilograms(grams: int, _language: str) -> str:
    """Formatting a number takes longer than a query: it is done once for each weight and language."""
    return f"{format_decimal(grams / 1000)} kg"


def _rows(variant: ShownVariant, product: ShownProduct) -> tuple[tuple[str, str], ...]:
    """From which quantity each unit costs how much; what one costs alone comes first."""
    starts = [(product.min_quantity, pricing.unit_price(variant.price, variant.tiers, product.min_quantity))]
    starts += [(start, cost) for start, cost in variant.tiers if start > product.min_quantity]
    return tuple(
        (str(_("mulai %(count)s %(unit)s", count=start, unit=product.unit)), rupiah(cost))
        for start, cost in starts
    )


def _day(day: date) -> str:
    return str(format_date(day, "d MMMM y"))
