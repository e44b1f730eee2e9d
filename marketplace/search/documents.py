"""Decides what the index holds of a product: its words, and a digest by which they are compared."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.orm import aliased

from marketplace.catalog.models import ACTIVE, Category, Product
from marketplace.extensions import db
from marketplace.regions.models import Region
from marketplace.search.words import words
from marketplace.sellers.models import VERIFIED, Shop

CHUNK = 500


@dataclass(frozen=True)
class Document:
    """The words of a product for sale, ready for the index: small, ASCII, separated by single spaces.

    `labels` are no words: they name its kind and its regions, for an index that narrows by them.
    """

    product_id: int
    name: str
    category: str
    shop: str
    place: str
    description: str
    labels: str

    @property
    def digest(self) -> str:
        """Equal exactly for equal documents."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()[:20]


def read(connection: Connection, product_ids: Sequence[int]) -> list[Document]:
    """The documents of those of the products that are for sale, in one query."""
    if not product_ids:
        return []
    return [_document(row) for row in connection.execute(_for_sale().where(Product.id.in_(product_ids)))]


def read_all() -> Iterator[Document]:
    """The documents of everything for sale, by id; 500 at a time, each chunk on a connection of its own."""
    last = 0
    while True:
        with db.engine.connect() as connection:
            query = _for_sale().where(Product.id > last).order_by(Product.id).limit(CHUNK)
            chunk = [_document(row) for row in connection.execute(query)]
        yield from chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].product_id


def _for_sale() -> Select[*tuple[Any, ...]]:
    above = aliased(Category)
    district, regency = aliased(Region), aliased(Region)
    return (
        select(
            Product.id,
            Product.name,
            Product.description,
            Product.category_slug,
            Shop.village_code,
            Category.name_id.label("category"),
            above.name_id.label("above"),
            Shop.name.label("shop"),
            Region.name.label("village"),
            district.name.label("district"),
            regency.name.label("regency"),
        )
        .join(Shop, Product.shop_id == Shop.id)
        .join(Category, Product.category_slug == Category.slug)
        .join(Region, Shop.village_code == Region.code)
        .outerjoin(above, Category.parent_slug == above.slug)
        .outerjoin(district, Region.parent_code == district.code)
        .outerjoin(regency, district.parent_code == regency.code)
        .where(Product.status == ACTIVE, Shop.status == VERIFIED)
    )


def _document(row: Row[*tuple[Any, ...]]) -> Document:
    return Document(
        product_id=row.id,
        name=_joined(row.name),
        category=_joined(f"{row.category} {row.above or ''}"),
        shop=_joined(row.shop),
        place=_place(row.village, row.district, row.regency),
        description=_joined(row.description),
        labels=" ".join([kind_label(row.category_slug), *_regions(row.village_code)]),
    )


def kind_label(category_slug: str) -> str:
    """The label of a kind of goods. Letters and digits mixed are never a word (`search.words`)."""
    return "k0" + "".join(letter for letter in category_slug.lower() if letter.isalnum())


def place_label(code: str) -> str:
    """The label of a region."""
    return "w0" + code.replace(".", "")


def _regions(village_code: str) -> list[str]:
    """Labels of regency, district and village: nearly everything comes from the one province."""
    parts = village_code.split(".")
    return [place_label(".".join(parts[:length])) for length in range(2, len(parts) + 1)]


def _joined(text: str) -> str:
    return " ".join(words(text))


def _place(*names: str | None) -> str:
    """The names of the places, those of several words also as one: "cintamulya" is typed for Cinta Mulya."""
    split = [words(name) for name in names if name]
    together = ["".join(name) for name in split if len(name) > 1]
    return " ".join([word for name in split for word in name] + together)
