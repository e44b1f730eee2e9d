"""Reads the sums under the figures: a fixed number of queries, however many villages there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, select

from marketplace.extensions import db
from marketplace.indicators.figures import Figure, Place, Sums, Totals, bases, figures_of
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import MONTH, Period
from marketplace.indicators.registry import INDICATORS, Indicator
from marketplace.kit.outbox import OutboxEvent
from marketplace.regions.models import CODE_LENGTHS, VILLAGE, Region

MAKING_FACTS = ("seller_order.completed", "seller_order.refunded")
CASHLESS = ("qris", "transfer", "stripe", "midtrans")
LENGTHS = {level: length for length, level in CODE_LENGTHS.items()}


@dataclass(frozen=True)
class Silent:
    """A village that sold, and then stopped: its code, name, and the last WIB day with a sale."""

    code: str
    name: str
    last_day: date


def figures(
    scope: str,
    level: str,
    period: Period,
    *,
    at: datetime,
    only: Sequence[Indicator] = tuple(INDICATORS.values()),
) -> list[Figure]:
    """All indicators (or `only` these) for every region of `level` inside `scope`, itself included, by code.

    Going up, rupiah are added and shops are counted again. Four queries.
    """
    return figures_over(scope, level, [period], at=at, only=only)


def figures_over(
    scope: str,
    level: str,
    periods: Sequence[Period],
    *,
    at: datetime,
    only: Sequence[Indicator] = tuple(INDICATORS.values()),
) -> list[Figure]:
    """The same for several periods of one length, period by period. Still four queries."""
    found = places(scope, level)
    sums = totals(scope, level, with_bases(periods))
    until = cutoff(at)
    return [figure for period in periods for figure in figures_of(found, period, sums, until, only)]


def with_bases(periods: Sequence[Period]) -> list[Period]:
    """The periods and those that growth compares them with, each once."""
    return list(dict.fromkeys(each for period in periods for each in (*bases(period), period)))


def places(scope: str, level: str) -> list[Place]:
    """Every region of `level` inside `scope`, in the order of codes, with the month of its first sale."""
    since = _first_months(scope, level)
    regions = db.session.execute(
        select(Region.code, Region.name)
        .where(Region.level == level, _inside(Region.code, scope))
        .order_by(Region.code)
    )
    return [Place(region.code, region.name, level, since.get(region.code)) for region in regions]


def totals(scope: str, level: str, periods: Sequence[Period]) -> Sums:
    """Sums by (code of a region of `level`, key of a period) for what was sold inside `scope`.

    A shop counts where its own net in that region and period is above zero.
    """
    lines = _sliced(scope, level, periods)
    shops = (
        select(
            lines.c.code,
            lines.c.slot,
            lines.c.shop_id,
            func.sum(lines.c.net).label("net"),
            func.sum(lines.c.positive).label("positive"),
            func.sum(lines.c.cashless).label("cashless"),
            func.count().label("lines"),
        )
        .group_by(lines.c.code, lines.c.slot, lines.c.shop_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            shops.c.code,
            shops.c.slot,
            func.sum(shops.c.net).label("net"),
            func.sum(shops.c.positive).label("positive"),
            func.sum(shops.c.cashless).label("cashless"),
            func.count().filter(shops.c.net > 0).label("shops"),
            func.sum(shops.c.lines).label("lines"),
        ).group_by(shops.c.code, shops.c.slot)
    )
    return {
        (row.code, row.slot): Totals(
            int(row.net), int(row.positive), int(row.cashless), row.shops, int(row.lines)
        )
        for row in rows
    }


def silent(scope: str, since: Period, until: Period) -> list[Silent]:
    """Villages inside `scope` whose last sale lies in or after `since`, but before `until`; longest first."""
    last = func.max(SaleFact.day)
    rows = db.session.execute(
        select(SaleFact.village_code, Region.name, last.label("last_day"))
        .join(Region, Region.code == SaleFact.village_code)
        .where(_inside(SaleFact.village_code, scope), SaleFact.month >= since.first)
        .group_by(SaleFact.village_code, Region.name)
        .having(func.max(SaleFact.month) < until.first)
        .order_by(last, SaleFact.village_code)
    )
    return [Silent(row.village_code, row.name, row.last_day) for row in rows]


def coverage(scope: str, level: str, periods: Sequence[Period]) -> dict[tuple[str, str], int]:
    """How many villages sold something, by (code of a region of `level`, key of a period)."""
    lines = _sliced(scope, level, periods)
    rows = db.session.execute(
        select(
            lines.c.code, lines.c.slot, func.count(lines.c.village_code.distinct()).label("villages")
        ).group_by(lines.c.code, lines.c.slot)
    )
    return {(row.code, row.slot): row.villages for row in rows}


def villages(scope: str, level: str) -> dict[str, int]:
    """How many villages lie in each region of `level` inside `scope`."""
    code = func.substr(Region.code, 1, LENGTHS[level]).label("code")
    inside = select(code).where(Region.level == VILLAGE, _inside(Region.code, scope)).subquery()
    rows = db.session.execute(select(inside.c.code, func.count().label("villages")).group_by(inside.c.code))
    return {row.code: row.villages for row in rows}


def cutoff(at: datetime) -> datetime:
    """Up to which moment the facts are complete: now, or the oldest sale or refund still in the outbox."""
    oldest = db.session.scalar(
        select(func.min(OutboxEvent.happened_at)).where(
            OutboxEvent.handled_at.is_(None), OutboxEvent.kind.in_(MAKING_FACTS)
        )
    )
    return min(oldest, at) if oldest else at


def sold_in(scope: str, periods: Sequence[Period]) -> ColumnElement[bool]:
    """The condition for facts of the villages inside `scope` and of the periods, which follow one another."""
    first, last = min(period.first for period in periods), max(period.last for period in periods)
    return _inside(SaleFact.village_code, scope) & SaleFact.month.between(first, last)


def slot_of(periods: Sequence[Period]) -> ColumnElement[Any]:
    """The key of the period in which a fact lies; a month is its own key."""
    if periods[0].kind == MONTH:
        return SaleFact.month.expression
    return case(*((SaleFact.month.between(period.first, period.last), period.key) for period in periods))


def _sliced(scope: str, level: str, periods: Sequence[Period]) -> Subquery:
    """One row per fact, with the region and period it counts for.

    A subquery, so that PostgreSQL can group by expressions with parameters in them.
    """
    positive = case((SaleFact.net > 0, SaleFact.net), else_=0)
    return (
        select(
            func.substr(SaleFact.village_code, 1, LENGTHS[level]).label("code"),
            slot_of(periods).label("slot"),
            SaleFact.village_code,
            SaleFact.shop_id,
            SaleFact.net,
            positive.label("positive"),
            case((SaleFact.payment_method.in_(CASHLESS), positive), else_=0).label("cashless"),
        )
        .where(sold_in(scope, periods))
        .subquery()
    )


def _first_months(scope: str, level: str) -> dict[str, str]:
    """By village in the database, which its index answers, and up to `level` here."""
    rows = db.session.execute(
        select(SaleFact.village_code, func.min(SaleFact.month).label("since"))
        .where(_inside(SaleFact.village_code, scope))
        .group_by(SaleFact.village_code)
    )
    found: dict[str, str] = {}
    for row in rows:
        code = row.village_code[: LENGTHS[level]]
        found[code] = min(row.since, found.get(code, row.since))
    return found


def _inside(column: Any, scope: str) -> ColumnElement[bool]:
    """Whether a code is the scope or lies below it.

    All codes of one level are equally long, so a prefix decides; LIKE and ranges would depend on the
    collation.
    """
    if len(scope) == LENGTHS[VILLAGE]:
        condition: ColumnElement[bool] = column == scope
        return condition
    return func.substr(column, 1, len(scope)) == scope
