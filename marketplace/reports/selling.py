"""Decides how a shop's sales are counted for its people: the lines and rupiah of the facts under the figures.

Completed lines less what was refunded, without delivery fees, on the WIB day of the completion or of the
refund. Read from the orders themselves, so that a sale is seen at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Subquery, func, select, union_all

from marketplace.extensions import db
from marketplace.indicators.facts import refunded_lines, sold_lines
from marketplace.kit.clock import start_of_day
from marketplace.kit.days import wib_day
from marketplace.orders.models import SellerOrder
from marketplace.orders.states import Status
from marketplace.sellers.models import Shop

WEEKS = 12
BEST = 10
MARKER = 500_000_000
"""Rupiah a year: the turnover that PMK 37/2025 names for persons who trade (exempt with a statement)."""


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday (WIB): what was sold, in rupiah, and in how many orders."""

    first: date
    net: int
    orders: int

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)


@dataclass(frozen=True)
class Sold:
    """A product with what was sold of it: pieces and rupiah."""

    product_id: int
    name: str
    unit: str
    quantity: int
    net: int


@dataclass(frozen=True)
class Year:
    """A calendar year (WIB) and what was sold in it, in rupiah."""

    year: int
    net: int

    @property
    def percent(self) -> int:
        """How much of the marker that is, in whole percent, at most 100."""
        return min(100, max(0, self.net * 100 // MARKER))


@dataclass(frozen=True)
class Report:
    """How a shop's sales go: weeks and years in the order of time, the best products first."""

    weeks: Sequence[Week]
    best: Sequence[Sold]
    years: Sequence[Year]

    @property
    def empty(self) -> bool:
        """Whether nothing was ever sold in the time shown."""
        return not any(week.orders or week.net for week in self.weeks) and not any(
            year.net for year in self.years
        )

    @property
    def net(self) -> int:
        """What was sold in the weeks shown, in rupiah."""
        return sum(week.net for week in self.weeks)

    @property
    def orders(self) -> int:
        """How many orders were completed in the weeks shown."""
        return sum(week.orders for week in self.weeks)


def report(shop: Shop, *, today: date) -> Report:
    """The last `WEEKS` weeks and two years of a shop; the running week and year come last. Three queries."""
    first = _monday(today) - timedelta(weeks=WEEKS - 1)
    since = min(first, date(today.year - 1, 1, 1))
    days, orders = net_by_day(shop, since), _orders_by_day(shop, first)
    starts = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return Report(
        [Week(start, _within(days, start), _within(orders, start)) for start in starts],
        best_products(shop, first),
        [Year(year, _of_year(days, year)) for year in (today.year - 1, today.year)],
    )


def net_by_day(shop: Shop, since: date) -> dict[date, int]:
    """What a shop sold on each WIB day from `since` on, in rupiah; refunds count below zero."""
    lines = _lines(shop, since)
    rows = select(lines.c.day, func.sum(lines.c.net)).group_by(lines.c.day)
    return {date.fromisoformat(day): int(net) for day, net in db.session.execute(rows)}


def best_products(shop: Shop, since: date) -> list[Sold]:
    """What brought most from a WIB day on, the best first; what was given back altogether is left out."""
    lines = _lines(shop, since)
    net = func.sum(lines.c.net)
    rows = (
        select(
            lines.c.product_id,
            func.max(lines.c.product_name),
            func.max(lines.c.unit),
            func.sum(lines.c.quantity),
            net,
        )
        .group_by(lines.c.product_id)
        .having(net > 0)
        .order_by(net.desc(), lines.c.product_id)
        .limit(BEST)
    )
    found = db.session.execute(rows)
    return [Sold(key, name, unit, int(pieces), int(total)) for key, name, unit, pieces, total in found]


def _lines(shop: Shop, since: date) -> Subquery:
    """Every line of a shop that counts, sold or given back, on or after a WIB day."""
    columns = ("happened_at", "product_id", "product_name", "unit", "quantity", "net")
    parts = []
    for lines in (sold_lines(), refunded_lines()):
        part = lines.where(SellerOrder.shop_id == shop.id).order_by(None).subquery()
        wanted: list[Any] = [part.c[name] for name in columns]
        parts.append(select(*wanted).where(part.c.happened_at >= start_of_day(since)))
    both = union_all(*parts).subquery()
    return select(wib_day(both.c.happened_at).label("day"), *both.c).subquery()


def _orders_by_day(shop: Shop, since: date) -> dict[date, int]:
    day = wib_day(SellerOrder.completed_at)
    rows = (
        select(day, func.count(SellerOrder.id))
        .where(
            SellerOrder.shop_id == shop.id,
            SellerOrder.status == Status.COMPLETED,
            SellerOrder.self_purchase.is_(False),
            SellerOrder.completed_at >= start_of_day(since),
        )
        .group_by(day)
    )
    return {date.fromisoformat(found): number for found, number in db.session.execute(rows)}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _within(days: dict[date, int], start: date) -> int:
    return sum(days.get(start + timedelta(days=number), 0) for number in range(7))


def _of_year(days: dict[date, int], year: int) -> int:
    return sum(net for day, net in days.items() if day.year == year)
