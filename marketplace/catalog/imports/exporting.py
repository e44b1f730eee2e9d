"""Decides what of a shop's goods goes out as a file: columns as they come in, so that it can come back."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from marketplace.catalog.imports.albums import photo_name
from marketplace.catalog.imports.columns import COLUMNS
from marketplace.catalog.imports.lines import ON_DEMAND
from marketplace.catalog.models import Product, Variant
from marketplace.extensions import db
from marketplace.kit.csv_files import Cell
from marketplace.kit.workbook_files import workbook
from marketplace.sellers.models import Shop

WIDTHS = (14, 34, 14, 12, 20, 12, 10, 20, 50, 10, 14, 30)
EXAMPLES: tuple[tuple[Cell, ...], ...] = (
    ("KRP-01", "Keripik Pisang Cokelat 250 g", "", 18000, "10:17000;50:16000", "bungkus", 40,
     "Keripik & Kerupuk", "Pisang kepok dari kebun sendiri, manis gurih.", 320, "nasional",
     "keripik-1.jpg; keripik-2.jpg"),
    ("KOPI", "Kopi Robusta Bubuk", "250 g", 35000, "", "bungkus", 25, "Kopi", "Disangrai tiap Senin.", 300,
     "nasional", "kopi.jpg"),
    ("KOPI", "", "500 g", 65000, "", "", 10, "", "", 550, "", ""),
    ("BOLU-01", "Bolu Pandan Ulang Tahun", "", 95000, "", "loyang", ON_DEMAND, "Kue & Roti",
     "Pesan sehari sebelumnya.", "1,2 kg", "jemput", ""),
)  # fmt: skip


def goods_rows(shop: Shop) -> Iterator[tuple[Cell, ...]]:
    """The goods of a shop, oldest first, in the order of `COLUMNS`: a row for each of their choices.

    What is said of goods once stands in their first row. Photos are called as in the ZIP of `albums.py`.
    """
    rows = select(Product).where(Product.shop_id == shop.id).order_by(Product.id)
    for product in db.session.scalars(rows).unique():
        first, *others = product.variants
        photos = "; ".join(photo_name(product.slug, place) for place in range(1, len(product.photos) + 1))
        yield (
            product.own_code, product.name, *_prices(first), product.unit, _stock(first),
            product.category.name_id, product.description, product.shipping_weight_g, product.fulfilment,
            photos,
        )  # fmt: skip
        for one in others:
            yield (
                product.own_code, product.name, *_prices(one), "", _stock(one), "", "",
                one.shipping_weight_g, "", "",
            )  # fmt: skip


def _prices(variant: Variant) -> tuple[Cell, Cell, Cell]:
    tiers = ";".join(f"{start}:{price}" for start, price in variant.tiers)
    # A spreadsheet takes 10:9000 for a time of day; with a mark behind it, it is text.
    return variant.name, variant.price, f"{tiers};" if tiers and ";" not in tiers else tiers


def _stock(variant: Variant) -> Cell:
    return ON_DEMAND if variant.on_demand else variant.on_hand


def as_xlsx(rows: Iterable[Iterable[Cell]]) -> bytes:
    """A workbook with our columns: numbers as numbers, all else as text that never runs as a formula."""
    return workbook("Barang", COLUMNS, rows, widths=WIDTHS)
