"""Decides what of a shop's goods goes out as a file: columns as they come in, so that it can come back."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from marketplace.catalog.imports.columns import COLUMNS
from marketplace.catalog.imports.lines import ON_DEMAND
from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.csv_files import Cell
from marketplace.kit.workbook_files import workbook
from marketplace.sellers.models import Shop

WIDTHS = (14, 34, 12, 12, 10, 20, 50, 10, 14, 30)
EXAMPLES: tuple[tuple[Cell, ...], ...] = (
    ("KRP-01", "Keripik Pisang Cokelat 250 g", 18000, "bungkus", 40, "Keripik & Kerupuk",
     "Pisang kepok dari kebun sendiri, manis gurih.", 320, "nasional", "keripik-1.jpg; keripik-2.jpg"),
    ("KOPI-250", "Kopi Robusta Bubuk 250 g", 35000, "bungkus", 25, "Kopi", "Disangrai tiap Senin.", 300,
     "nasional", "kopi.jpg"),
    ("BOLU-01", "Bolu Pandan Ulang Tahun", 95000, "loyang", ON_DEMAND, "Kue & Roti",
     "Pesan sehari sebelumnya.", "1,2 kg", "jemput", ""),
)  # fmt: skip


def goods_rows(shop: Shop) -> Iterator[tuple[Cell, ...]]:
    """The goods of a shop, oldest first, in the order of `COLUMNS`.

    Of goods in several variants the first one. Photos have no names of their own here, so none are written.
    """
    rows = select(Product).where(Product.shop_id == shop.id).order_by(Product.id)
    for product in db.session.scalars(rows).unique():
        first = product.variants[0]
        yield (
            product.own_code,
            product.name,
            first.price,
            product.unit,
            ON_DEMAND if first.on_demand else first.on_hand,
            product.category.name_id,
            product.description,
            product.shipping_weight_g,
            product.fulfilment,
            "",
        )


def as_xlsx(rows: Iterable[Iterable[Cell]]) -> bytes:
    """A workbook with our columns: numbers as numbers, all else as text that never runs as a formula."""
    return workbook("Barang", COLUMNS, rows, widths=WIDTHS)
