"""Decides how the facts of a month in a village are tallied by shop, buyer, product and kind of goods.

Larger cells are counted from these few rows instead of from all facts. Each `…_of_facts` gives the very
columns of its table, so that a tally can be made, made again, and compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    tuple_,
)

from marketplace.extensions import db
from marketplace.indicators.belonging import among
from marketplace.indicators.cell_models import BuyerMonth, GoodsMonth, ProductMonth, ShopMonth
from marketplace.indicators.models import SaleFact
from marketplace.orders.models import UNNAMED

MONTH_KEY = (SaleFact.village_code, SaleFact.month)
SOLD = SaleFact.net > 0
Which = ColumnElement[bool]
EVERYTHING: Which = true()
PORTION = 400
Row = tuple[Any, ...]


def ring() -> ColumnElement[int]:
    """How far a fact's goods went, seen from the village of the sale: a place in `sums.RINGS`, from 0."""
    there, here = SaleFact.destination_code, SaleFact.village_code

    def same(length: int) -> ColumnElement[bool]:
        return func.substr(there, 1, length) == func.substr(here, 1, length)

    return case((there == here, 0), (same(8), 1), (same(5), 2), (same(2), 3), else_=4)


def _sum(amount: Any) -> ColumnElement[int]:
    """PostgreSQL would answer with decimals."""
    return cast(func.sum(amount), BigInteger)


def shops_of_facts(which: Which = EVERYTHING) -> Select[*tuple[Any, ...]]:
    """By shop: net rupiah, and whether a business number was there at every sale."""
    nib = func.min(case((SOLD, case((SaleFact.nib, 1), else_=0))))
    return (
        select(*MONTH_KEY, SaleFact.shop_id, _sum(SaleFact.net).label("net"), nib.label("nib"))
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
            _sum(SaleFact.net).label("net"),
            func.coalesce(_sum(SaleFact.grams), 0).label("grams"),
            _sum(weighed).label("weighed"),
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


@dataclass(frozen=True)
class Change:
    """Rows of a tally that are no longer so, and those that are so instead; whole rows as they are kept."""

    model: Any
    gone: set[Row]
    come: set[Row]

    def of(self, column: str) -> set[Any]:
        """What stands in a column of the rows that changed."""
        place = list(self.model.__table__.columns.keys()).index(column)
        return {row[place] for row in self.gone | self.come}


def compare(villages: Sequence[str], months: Sequence[str]) -> list[Change]:
    """Tally the facts of these villages in these months again: what has changed since it was kept."""
    bound = {"villages": villages, "months": months}
    changes = []
    for model, stored, counted in _statements():
        was = {tuple(row) for row in db.session.execute(stored, bound)}
        now = {tuple(row) for row in db.session.execute(counted, bound)}
        changes.append(Change(model, was - now, now - was))
    return changes


def keep(changes: Sequence[Change]) -> None:
    """Let the tallies be as was counted."""
    for change in changes:
        table: Table = change.model.__table__
        key = tuple(table.primary_key.columns)
        gone = [row[: len(key)] for row in change.gone]
        for start in range(0, len(gone), PORTION):
            db.session.execute(delete(table).where(tuple_(*key).in_(gone[start : start + PORTION])))
        if change.come:
            rows = [dict(zip(table.columns.keys(), row, strict=True)) for row in change.come]
            db.session.execute(insert(table), rows)


def make() -> None:
    """Make all tallies from zero, in the running transaction."""
    for model, of_facts in TALLIES:
        table: Table = model.__table__
        db.session.execute(delete(table))
        db.session.execute(insert(table).from_select(table.columns.keys(), of_facts(EVERYTHING)))


@cache
def _statements() -> tuple[tuple[Any, Any, Any], ...]:
    found = []
    for model, of_facts in TALLIES:
        at = model.__table__.c
        stored = select(*at).where(among(at.village_code, at.month))
        found.append((model, stored, of_facts(among(SaleFact.village_code, SaleFact.month))))
    return tuple(found)
