"""Decides which goods can go over the counter: those that lie there, of the shops that may be sold for.

Not what is made to order, harvested later or done on the spot: the buyer takes the goods along.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select

from marketplace.catalog import portions, stocking
from marketplace.catalog.goods import SoldProduct, SoldVariant, goods
from marketplace.catalog.models import ACTIVE, Product, Variant
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import Invalid, NotFound
from marketplace.kit.paging import Page
from marketplace.logistics.quotes import SERVICE

PER_PAGE = 24


@dataclass(frozen=True)
class Ware:
    """Goods on the counter's list; `left` pieces can be sold now."""

    variant: SoldVariant
    left: int


def wares(shop_ids: Collection[int], words: str, page: int, *, at: datetime) -> Page[Ware]:
    """Goods of these shops whose name holds `words`, what is sold most first; also those that are gone."""
    wanted = _sellable(shop_ids, day_wib(at))
    if words:
        wanted.append(func.lower(Product.name).contains(words.lower(), autoescape=True))
    rows = select(Variant.id).join(Product, Product.id == Variant.product_id).where(*wanted)
    total = db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    rows = rows.order_by(Product.sold.desc(), Product.name, Variant.position, Variant.id)
    ids = list(db.session.scalars(rows.limit(PER_PAGE).offset((page - 1) * PER_PAGE)))
    shelf = stocking.look_at(ids, at=at)
    counted = shelf.counted
    return Page([Ware(shelf.goods[each], counted[each]) for each in ids], page, PER_PAGE, total)


def check(
    variant_ids: Sequence[int], shop_ids: Collection[int], *, at: datetime
) -> Mapping[int, SoldVariant]:
    """These goods by variant id, if all of them may go over the counter for these shops.

    Raises:
        NotFound: unknown, or another shop's.
        Invalid: not there to be taken along; `field` names the number of pieces.
    """
    found = goods(variant_ids)
    today = day_wib(at)
    for each in variant_ids:
        if each not in found or found[each].product.shop_id not in shop_ids:
            raise NotFound
        if not _lies_there(found[each], today):
            words = _(
                "%(goods)s belum ada di rak, jadi tidak bisa dijual di gerai.",
                goods=found[each].product.name,
            )
            raise Invalid(words, f"jumlah-{each}")
    return found


def one_more(product: SoldProduct, pieces: int) -> int:
    """The number of pieces after one more press: the seller's smallest number first, then a step more."""
    return portions.nearest(product, pieces + product.step) if pieces else product.min_quantity


def _lies_there(variant: SoldVariant, today: date) -> bool:
    later = portions.ready_on(variant.product, on_demand=False, today=today)
    return not variant.on_demand and later is None and variant.product.fulfilment != SERVICE


def _sellable(shop_ids: Collection[int], today: date) -> list[ColumnElement[bool]]:
    return [
        Product.shop_id.in_(shop_ids),
        Product.status == ACTIVE,
        Product.fulfilment != SERVICE,
        Variant.withdrawn_at.is_(None),
        Variant.on_demand.is_(False),
        or_(Product.expected_on.is_(None), Product.expected_on <= today),
    ]
