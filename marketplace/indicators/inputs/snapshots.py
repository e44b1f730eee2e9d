"""Decides what is kept of every day of a village with shops, and reads it back.

The snapshot of a WIB day is taken in the first worker's turn after it has ended, once. A day after which no
worker ran has none, and is never filled in later: what stood then is not known any more.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from marketplace.catalog import freshness
from marketplace.catalog.models import ACTIVE, Product
from marketplace.extensions import db
from marketplace.indicators import marking
from marketplace.indicators.inputs import outlets
from marketplace.indicators.inputs.models import VillageSnapshot
from marketplace.kit.clock import day_wib, month_of, start_of_day
from marketplace.kit.transaction import append
from marketplace.sellers.models import VERIFIED, Shop

PROCESSING, MOST_WORKERS = "C", 4
BELIEVED = timedelta(days=31)
PORTION = 500
COUNTS = ("verified", "micro", "active_products", "fresh_products")


@dataclass(frozen=True)
class Snapshot:
    """What stood in a village at the end of `day`; see `VillageSnapshot`."""

    village_code: str
    day: date
    verified: int
    micro: int
    active_products: int
    fresh_products: int
    outlet_active: bool


def is_due(*, at: datetime) -> bool:
    """Whether yesterday (WIB) has no snapshot yet."""
    return _last_day() != day_wib(at) - timedelta(days=1)


def take(*, at: datetime) -> int:
    """Write the snapshot of yesterday (WIB) for every village that has, or had, a shop; again: nothing.

    Called in a transaction. Answers how many villages were written.
    """
    day = day_wib(at) - timedelta(days=1)
    last = _last_day()
    if last is not None and last >= day:
        return 0
    before = {row.village_code: row for row in _of_day(last, None)} if last else {}
    active = outlets.active(day, day)
    counts = _counts(at=start_of_day(day_wib(at)))
    rows = [
        _row(code, day, counts.get(code, {}), (code, day) in active, at)
        for code in sorted(counts.keys() | before.keys())
    ]
    if rows:
        append(VillageSnapshot, *rows)
        # Days without activity count as well, where there is an outlet.
        marking.mark_all({(row["village_code"], month_of(day)) for row in rows}, at=at)
    return len(rows)


def at(on: date, codes: Collection[str] | None = None) -> dict[str, Snapshot]:
    """The snapshots of the last day that has any, not after `on` and not more than 31 days before it.

    All are of the same day. Villages without shops on that day are left out.
    """
    day = db.session.scalar(
        select(func.max(VillageSnapshot.day)).where(
            VillageSnapshot.day <= on, VillageSnapshot.day > on - BELIEVED
        )
    )
    return {row.village_code: row for row in _of_day(day, codes)} if day else {}


def outlet_days(first: date, last: date, codes: Collection[str] | None = None) -> dict[str, tuple[int, int]]:
    """Village -> (days with outlet activity, days with a snapshot) from `first` to `last`, both included."""
    busy = func.sum(case((VillageSnapshot.outlet_active, 1), else_=0))
    rows = (
        select(VillageSnapshot.village_code, busy, func.count())
        .where(VillageSnapshot.day >= first, VillageSnapshot.day <= last)
        .group_by(VillageSnapshot.village_code)
    )
    wanted = None if codes is None else set(codes)
    return {
        code: (int(days), int(seen))
        for code, days, seen in db.session.execute(rows)
        if wanted is None or code in wanted
    }


def _last_day() -> date | None:
    return db.session.scalar(select(func.max(VillageSnapshot.day)))


def _of_day(day: date, codes: Collection[str] | None) -> Iterator[Snapshot]:
    fields = [getattr(VillageSnapshot, name) for name in Snapshot.__dataclass_fields__]
    asked = select(*fields).where(VillageSnapshot.day == day)
    if codes is None:
        yield from (Snapshot(**row._mapping) for row in db.session.execute(asked))
        return
    wanted = sorted(set(codes))
    for start in range(0, len(wanted), PORTION):
        some = asked.where(VillageSnapshot.village_code.in_(wanted[start : start + PORTION]))
        yield from (Snapshot(**row._mapping) for row in db.session.execute(some))


def _counts(*, at: datetime) -> dict[str, dict[str, int]]:
    """Of every village with a shop: shops and products as they stand now; `at` is the end of the day."""
    small = (Shop.sector == PROCESSING) & (Shop.workers <= MOST_WORKERS)
    shops = select(
        Shop.village_code,
        _many(Shop.status == VERIFIED).label("verified"),
        _many((Shop.status == VERIFIED) & small).label("micro"),
    ).group_by(Shop.village_code)
    goods = (
        select(
            Shop.village_code,
            func.count().label("active_products"),
            _many(freshness.confirmed_since(at - freshness.STALE_AFTER)).label("fresh_products"),
        )
        .join(Shop, Shop.id == Product.shop_id)
        .where(Product.status == ACTIVE, Shop.status == VERIFIED)
        .group_by(Shop.village_code)
    )
    found: dict[str, dict[str, int]] = {}
    for asked in (shops, goods):
        for row in db.session.execute(asked):
            code, *_rest = row
            numbers = {name: int(row._mapping[name]) for name in COUNTS if name in row._mapping}
            found.setdefault(code, {}).update(numbers)
    return found


def _many(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _row(code: str, day: date, numbers: dict[str, int], outlet: bool, at: datetime) -> dict[str, Any]:
    counts = {name: numbers.get(name, 0) for name in COUNTS}
    return {"village_code": code, "day": day, **counts, "outlet_active": outlet, "taken_at": at}
