"""Decides how the facts of a month in a village are tallied by shop, buyer, product and kind of goods.

Larger cells are counted from these few rows instead of from all facts. Each `…_of_facts` gives the very
columns of its table, so that a tally can be made, made again, and compared.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    true,
)

from marketplace.extensions import db
from marketplace.indicators.cell_models import BuyerMonth, GoodsMonth, ProductMonth, ShopMonth
from marketplace.indicators.models import SaleFact
from marketplace.orders.models import UNNAMED

MONTH_KEY = (SaleFact.village_code, SaleFact.month)
SOLD = SaleFact.net > 0
Which = ColumnElement[bool]
EVERYTHING: Which = true()


def ring() -> ColumnElement[int]:
    """How far a fact's goods went, seen from the village of the sale: a place in `sums.RINGS`, from 0."""
    there, here = SaleFact.destination_code, SaleFact.village_code

    def same(length: int) -> ColumnElement[bool]:
        return func.substr(there, 1, length) == func.substr(here, 1, length)

    return case((there == here, 0), (same(8), 1), (same(5), 2), (same(2), 3), else_=4)


def shops_of_facts(which: Which = EVERYTHING) -> Select[*tuple[Any, ...]]:
    """By shop: net rupiah, and whether a business number was there at every sale."""
    nib = func.min(case((SOLD, case((SaleFact.nib, 1), else_=0))))
    return (
        select(*MONTH_KEY, SaleFact.shop_id, func.sum(SaleFact.net).label("net"), nib.label("nib"))
        .where(which)
        .group_by(*MONTH_KEY, SaleFact.shop_id)
    )


def buyers_of_facts(which: Which = EVERYTHING) -> Select[*tuple[Any, ...]]:
    """By buyer and ring: orders with a sale. Who left no number at a counter cannot be told from others."""
    sold = (
        select(*MONTH_KEY, SaleFact.buyer_key, ring().label("ring"), SaleFact.seller_order_id)
        .where(SOLD, SaleFact.buyer_key != UNNAMED, which)
        .subquery()
    )
    key = (sold.c.village_code, sold.c.month, sold.c.buyer_key, sold.c.ring)
    orders = func.count(sold.c.seller_order_id.distinct())
    return select(*key, orders.label("orders")).group_by(*key)


def products_of_facts(which: Which = EVERYTHING) -> Select[*tuple[Any, ...]]:
    """By product sold: superior, of these with a brand (once); packaged, with valid papers (always)."""

    def any_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.max(case((condition, 1), else_=0))

    licensed = func.min(case((SaleFact.packaged, case((SaleFact.licensed, 1), else_=0))))
    return (
        select(
            *MONTH_KEY,
            SaleFact.product_id,
            any_of(SaleFact.unggulan.is_(True)).label("unggulan"),
            any_of(SaleFact.unggulan.is_(True) & SaleFact.branded.is_(True)).label("branded"),
            any_of(SaleFact.packaged.is_(True)).label("packaged"),
            licensed.label("licensed"),
        )
        .where(SOLD, which)
        .group_by(*MONTH_KEY, SaleFact.product_id)
    )


def goods_of_facts(which: Which = EVERYTHING) -> Select[*tuple[Any, ...]]:
    """By category, grade and section: net rupiah; grams and net of the lines that have a weight."""
    key = (*MONTH_KEY, SaleFact.category_slug, SaleFact.grade, SaleFact.section)
    weighed = case((SaleFact.grams.is_not(None), SaleFact.net), else_=literal(0))
    return (
        select(
            *key,
            func.sum(SaleFact.net).label("net"),
            func.coalesce(func.sum(SaleFact.grams), 0).label("grams"),
            func.sum(weighed).label("weighed"),
        )
        .where(which)
        .group_by(*key)
    )


TALLIES: tuple[tuple[Any, Callable[[Which], Select[*tuple[Any, ...]]]], ...] = (
    (ShopMonth, shops_of_facts),
    (BuyerMonth, buyers_of_facts),
    (ProductMonth, products_of_facts),
    (GoodsMonth, goods_of_facts),
)


def replace(villages: Sequence[str], months: Sequence[str]) -> None:
    """Tally these villages in these months again, in the running transaction."""
    for old, new in _statements():
        db.session.execute(old, {"villages": villages, "months": months})
        db.session.execute(new, {"villages": villages, "months": months})


def among(villages: Any, months: Any) -> ColumnElement[bool]:
    """Whether a row is of the villages and months that are bound to a statement."""
    inside: ColumnElement[bool] = villages.in_(bindparam("villages", expanding=True)) & months.in_(
        bindparam("months", expanding=True)
    )
    return inside


@cache
def _statements() -> tuple[tuple[Any, Any], ...]:
    pairs = []
    for model, counted in TALLIES:
        table: Table = model.__table__
        rows = counted(among(SaleFact.village_code, SaleFact.month))
        pairs.append(
            (
                delete(table).where(among(table.c.village_code, table.c.month)),
                insert(table).from_select([column.key for column in table.columns], rows),
            )
        )
    return tuple(pairs)
