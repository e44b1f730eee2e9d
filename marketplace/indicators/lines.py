"""Reads the facts under a figure: what was sold, without a word about who bought it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from marketplace.catalog.models import Category
from marketplace.extensions import db
from marketplace.indicators.facts import REFUND
from marketplace.indicators.figures import quotient
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import Period
from marketplace.indicators.queries import CASHLESS, slot_of, sold_in
from marketplace.indicators.registry import DISTINCT, GROWTH, RATIO, Indicator
from marketplace.regions.models import Region

BATCH = 1000
BUYER_LETTERS = 6


@dataclass(frozen=True)
class SoldLine:
    """One line under a figure. Codes stand for line, shop and buyer; the destination is a regency.

    A refund is a line below zero of its own day; `refund_of` is the code of the line that was sold.
    """

    code: str
    day: date
    period: str
    shop: str
    product: str
    category: str
    quantity: int
    unit: str
    net: int
    payment: str
    cashless: bool
    delivery: str
    destination: str
    buyer: str
    refund_of: str = ""


@dataclass(frozen=True)
class ActiveShop:
    """A shop under SE-04: its lines and net rupiah in the period, and whether that makes it count."""

    code: str
    lines: int
    net: int
    counted: bool


@dataclass(frozen=True)
class Under:
    """What the rows under a figure add up to, asked of the rows themselves and not of the figure."""

    rows: int
    net: int
    base: int
    cashless: int
    numerator: int
    denominator: int | None
    value: Decimal | None


def under(indicator: Indicator, scope: str, period: Period) -> Under:
    """Add up the rows under a figure. Rupiah; `base` is the net of the period before, for growth."""
    if indicator.kind == DISTINCT:
        shops = _shops(scope, period).subquery()
        row = db.session.execute(
            select(
                func.count().label("rows"),
                func.sum(shops.c.net).label("net"),
                func.count().filter(shops.c.net > 0).label("counted"),
            ).select_from(shops)
        ).one()
        return _under(indicator, row.rows, int(row.net or 0), numerator=row.counted)
    here = SaleFact.month.between(period.first, period.last)
    row = db.session.execute(
        select(
            func.count().label("rows"),
            func.sum(case((here, SaleFact.net), else_=0)).label("net"),
            func.sum(case((here, 0), else_=SaleFact.net)).label("base"),
            func.sum(case((SaleFact.payment_method.in_(CASHLESS), SaleFact.net), else_=0)).label("cashless"),
        ).where(*_conditions(indicator, scope, period))
    ).one()
    net, base, cashless = int(row.net or 0), int(row.base or 0), int(row.cashless or 0)
    if indicator.kind == GROWTH:
        return _under(indicator, row.rows, net, base=base, numerator=net - base, denominator=base)
    if indicator.kind == RATIO:
        return _under(indicator, row.rows, net, cashless=cashless, numerator=cashless, denominator=net)
    return _under(indicator, row.rows, net, numerator=net)


def lines(
    indicator: Indicator, scope: str, period: Period, *, skip: int = 0, most: int | None = None
) -> Iterator[SoldLine]:
    """The lines under a figure, newest first, read in batches; `most` of them after `skip`."""
    statement = _lines(indicator, scope, period).offset(skip).limit(most)
    for row in db.session.execute(statement.execution_options(yield_per=BATCH)):
        yield _line(row)


def shops(scope: str, period: Period, *, skip: int = 0, most: int | None = None) -> Iterator[ActiveShop]:
    """The shops under SE-04, the largest net first; those with nothing above zero are listed, not counted."""
    facts = _shops(scope, period)
    statement = facts.order_by(func.sum(SaleFact.net).desc(), SaleFact.shop_id).offset(skip).limit(most)
    for row in db.session.execute(statement.execution_options(yield_per=BATCH)):
        yield ActiveShop(shop_code(row.shop_id), row.lines, int(row.net), int(row.net) > 0)


def shop_code(shop_id: int) -> str:
    """What stands for a shop in the rows under a figure."""
    return f"U-{shop_id}"


def _under(
    indicator: Indicator,
    rows: int,
    net: int,
    *,
    numerator: int,
    base: int = 0,
    cashless: int = 0,
    denominator: int | None = None,
) -> Under:
    value = quotient(indicator, numerator, denominator)
    return Under(rows, net, base, cashless, numerator, denominator, value)


def _periods(indicator: Indicator, period: Period) -> list[Period]:
    return [period, period.back()] if indicator.kind == GROWTH else [period]


def _conditions(indicator: Indicator, scope: str, period: Period) -> Iterable[ColumnElement[bool]]:
    yield sold_in(scope, _periods(indicator, period))
    if indicator.kind == RATIO:
        yield SaleFact.net > 0


def _lines(indicator: Indicator, scope: str, period: Period) -> Select[*tuple[Any, ...]]:
    return (
        select(
            SaleFact.source,
            SaleFact.order_line_id,
            SaleFact.day,
            slot_of(_periods(indicator, period)).label("slot"),
            SaleFact.shop_id,
            SaleFact.product_name,
            Category.name_id.label("category"),
            SaleFact.category_slug,
            SaleFact.quantity,
            SaleFact.unit,
            SaleFact.net,
            SaleFact.payment_method,
            SaleFact.delivery_method,
            Region.name.label("destination"),
            SaleFact.buyer_key,
        )
        .outerjoin(Category, Category.slug == SaleFact.category_slug)
        .outerjoin(Region, Region.code == func.substr(SaleFact.destination_code, 1, 5))
        .where(*_conditions(indicator, scope, period))
        .order_by(SaleFact.happened_at.desc(), SaleFact.order_line_id.desc(), SaleFact.source)
    )


def _line(row: Row[Any]) -> SoldLine:
    sold, back = f"B-{row.order_line_id}", row.source.startswith(REFUND)
    return SoldLine(
        code=f"K-{row.source.removeprefix(REFUND)}" if back else sold,
        day=row.day,
        period=row.slot,
        shop=shop_code(row.shop_id),
        product=row.product_name,
        category=row.category or row.category_slug,
        quantity=row.quantity,
        unit=row.unit,
        net=row.net,
        payment=row.payment_method,
        cashless=row.payment_method in CASHLESS,
        delivery=row.delivery_method,
        destination=row.destination or "",
        buyer=row.buyer_key[:BUYER_LETTERS],
        refund_of=sold if back else "",
    )


def _shops(scope: str, period: Period) -> Select[*tuple[Any, ...]]:
    return (
        select(SaleFact.shop_id, func.count().label("lines"), func.sum(SaleFact.net).label("net"))
        .where(sold_in(scope, [period]))
        .group_by(SaleFact.shop_id)
    )
