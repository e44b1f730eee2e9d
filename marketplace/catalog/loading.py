"""Decides which categories there are to begin with: the supplied table of two floors."""

import csv
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from marketplace.catalog.models import Category
from marketplace.extensions import db

TABLE = Path(__file__).parent / "data" / "kategori_produk.csv"


@dataclass(frozen=True)
class CategoryRow:
    """A row of the table; `parent` is None on the upper floor."""

    slug: str
    parent: str | None
    name_id: str
    name_en: str
    sort: int


def categories() -> list[CategoryRow]:
    """All 60 categories, the upper floor first."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [
            CategoryRow(row["slug"], row["parent"] or None, row["name_id"], row["name_en"], int(row["sort"]))
            for row in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: (row.parent is not None, row.sort))


def load() -> None:
    """Write the categories that are missing; those that stand keep their names. Flushes only."""
    standing = set(db.session.scalars(select(Category.slug)))
    for row in categories():
        if row.slug not in standing:
            db.session.add(
                Category(
                    slug=row.slug,
                    parent_slug=row.parent,
                    name_id=row.name_id,
                    name_en=row.name_en,
                    sort=row.sort,
                )
            )
            # Parents first: the database checks each row as it comes.
            db.session.flush()
