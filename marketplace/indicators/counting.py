"""Counts the sums of cells: of a village month from its facts, larger and longer ones from what is kept.

What can be added is added up from the cells below; members (`members.py`) and spreads (`spreads.py`) are
counted from the tallies. Nothing is averaged. A statement is built once for each level and kind of period.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select

from marketplace.extensions import db
from marketplace.indicators import members, spreads, standing_sums
from marketplace.indicators.belonging import LENGTHS, Counts, among, keys_around, slot_of
from marketplace.indicators.cell_models import Cell
from marketplace.indicators.circumstances import AT_THE_OUTLET
from marketplace.indicators.models import OutcomeFact, SaleFact
from marketplace.indicators.periods import MONTH
from marketplace.indicators.spreads import Spreads
from marketplace.indicators.sums import RINGS
from marketplace.indicators.tallies import SOLD, ring
from marketplace.orders.models import COUNTER
from marketplace.orders.states import Status
from marketplace.regions.models import LEVELS, VILLAGE

CASHLESS = ("qris", "transfer", "stripe", "midtrans")
OUTLETS = ("bumdes", "bumdesma", "bumk", "koperasi")
AT_OUTLET = "titip"
COLLECTED, ON_THE_SPOT = "ambil", "jasa"

ADDED = (
    *("net", "positive", "cashless", "lines", "orders", "government", "outlet", "farmers", "farmers_known"),
    *("women", "women_known", "grams", "weighed", "ended", "kept", "delivered", "collected", "timed"),
    "complaints",
    *("outlet_days", "outlet_calendar", *(f"ring_{name}" for name in RINGS)),
)
AT_THE_END = (
    *("households", "known_households", "verified", "active_products", "fresh_products"),
    *("micro", "micro_households"),
)
SOLD_OR_ENDED = ("villages_selling", "villages_ended")
VILLAGES = {
    "villages_selling": "lines",
    "villages_ended": "ended",
    "villages_seen": "villages_seen",
    "villages_outlet": "outlet_calendar",
}


# What a larger cell adds up from the cells below it, in the same period.
UPWARDS = (*ADDED, *AT_THE_END, "households_net", *VILLAGES)


def of_villages(villages: Sequence[str], months: Sequence[str]) -> Counts:
    """What these villages come to in each of these months, without members and spreads: `UPWARDS`."""
    found: Counts = {}
    bound = {"villages": villages, "months": months}
    for statement in (_sales(), _ended()):
        _take_in(found, db.session.execute(statement, bound).mappings())
    for counts in found.values():
        counts.update({name: int(counts.get(VILLAGES[name], 0) > 0) for name in SOLD_OR_ENDED})
    standing_sums.add(found, villages, months)
    return found


def longer(kind: str, villages: Sequence[str], months: Sequence[str]) -> Counts:
    """The same of quarters or years of villages, from their months; `months` are all of each period."""
    found: Counts = {}
    bound = {"villages": villages, "months": months}
    _take_in(found, db.session.execute(_lengthened(kind), bound).mappings())
    return found


def from_zero(level: str, kind: str, codes: Sequence[str], months: Sequence[str]) -> tuple[Counts, Spreads]:
    """Every sum of these regions of a level in the periods of a kind, and the spreads under them.

    Both must be whole: all months of each period. Reads the tallies, and the cells right below: of a village
    its months, above it the regions inside for the same period. A larger cell of zeros is left out.
    """
    found = _upwards(level, kind, codes, months)
    for pair, counts in members.of_regions(level, kind, codes, months).items():
        found.setdefault(pair, {}).update(counts)
    spread = spreads.of_regions(level, kind, codes, months)
    for pair, some in spread.items():
        found.setdefault(pair, {}).update(some.sums())
    if (level, kind) != (VILLAGE, MONTH):
        found = {pair: counts for pair, counts in found.items() if any(counts.values())}
    return found, spread


def _upwards(level: str, kind: str, codes: Sequence[str], months: Sequence[str]) -> Counts:
    if level == VILLAGE:
        return of_villages(codes, months) if kind == MONTH else longer(kind, codes, months)
    found: Counts = {}
    bound = {"codes": codes, "keys": keys_around(months, (kind,))}
    _take_in(found, db.session.execute(_added(level), bound).mappings())
    return found


def _take_in(found: Counts, rows: Any) -> None:
    for row in rows:
        values = {name: int(value or 0) for name, value in row.items() if name not in ("code", "slot")}
        found.setdefault((row["code"], row["slot"]), {}).update(values)


@cache
def _sales() -> Select[*tuple[Any, ...]]:
    lines = (
        select(SaleFact.__table__, ring().label("ring"), case((SOLD, SaleFact.net), else_=0).label("plus"))
        .where(among(SaleFact.village_code, SaleFact.month))
        .subquery()
    )
    at, plus = lines.c, lines.c.plus

    def share(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, plus), else_=0))

    outlet = at.shop_kind.in_(OUTLETS) | (at.delivery_method == AT_OUTLET) | at.channel.in_(AT_THE_OUTLET)
    weighed = at.grams.is_not(None)
    return select(
        at.village_code.label("code"),
        at.month.label("slot"),
        func.sum(at.net).label("net"),
        func.sum(plus).label("positive"),
        share(at.payment_method.in_(CASHLESS)).label("cashless"),
        func.count().label("lines"),
        func.count(case((at.net > 0, at.seller_order_id)).distinct()).label("orders"),
        func.sum(case((at.government.is_(True), at.net), else_=0)).label("government"),
        *(share(at.ring == place).label(f"ring_{name}") for place, name in enumerate(RINGS)),
        share(outlet).label("outlet"),
        share(at.farmer.is_(True)).label("farmers"),
        share(at.farmer.is_not(None)).label("farmers_known"),
        share(at.woman_led.is_(True)).label("women"),
        share(at.woman_led.is_not(None)).label("women_known"),
        func.sum(at.grams).label("grams"),
        func.sum(case((weighed, at.net), else_=0)).label("weighed"),
    ).group_by(at.village_code, at.month)


@cache
def _ended() -> Select[*tuple[Any, ...]]:
    kept = OutcomeFact.status == Status.COMPLETED.value
    sent = OutcomeFact.delivery_method.not_in((COLLECTED, ON_THE_SPOT))
    # Over the counter every sale is kept at once: counted as answered, it would hide orders that were not.
    awaited = OutcomeFact.channel != COUNTER

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*conditions)

    return (
        select(
            OutcomeFact.village_code.label("code"),
            OutcomeFact.month.label("slot"),
            count(OutcomeFact.early.is_(False), awaited).label("ended"),
            count(kept, awaited).label("kept"),
            count(kept, sent).label("delivered"),
            count(kept, OutcomeFact.delivery_method == COLLECTED).label("collected"),
            count(OutcomeFact.minutes.is_not(None)).label("timed"),
            count(OutcomeFact.complaint_minutes.is_not(None)).label("complaints"),
        )
        .where(among(OutcomeFact.village_code, OutcomeFact.month))
        .group_by(OutcomeFact.village_code, OutcomeFact.month)
    )


@cache
def _lengthened(kind: str) -> Select[*tuple[Any, ...]]:
    """Quarters and years of villages from their months: sums, and what stood at the end of the period."""
    cell = Cell.__table__.c
    slot = slot_of(kind, cell.period_key)
    months = (
        select(
            cell.region_code.label("code"),
            slot.label("slot"),
            *(cell[name] for name in (*ADDED, *AT_THE_END, "villages_seen")),
            func.row_number()
            .over(partition_by=(cell.region_code, slot), order_by=cell.period_key.desc())
            .label("back"),
            func.sum(cell.net).over(partition_by=(cell.region_code, slot)).label("whole"),
        )
        .where(cell.level == VILLAGE, among(cell.region_code, cell.period_key))
        .subquery()
    )
    at, last = months.c, months.c.back == 1
    return select(
        at.code,
        at.slot,
        *(func.sum(at[name]).label(name) for name in ADDED),
        *(func.sum(case((last, at[name]), else_=0)).label(name) for name in AT_THE_END),
        func.sum(case((last & (at.known_households > 0), at.whole), else_=0)).label("households_net"),
        *(func.max(case((at[of] > 0, 1), else_=0)).label(name) for name, of in VILLAGES.items()),
    ).group_by(at.code, at.slot)


@cache
def _added(level: str) -> Select[*tuple[Any, ...]]:
    """Regions from those right below them, for the same periods."""
    below = LEVELS[LEVELS.index(level) + 1]
    cell = Cell.__table__.c
    parts = (
        select(func.substr(cell.region_code, 1, LENGTHS[level]).label("code"), Cell.__table__)
        .where(
            cell.period_key.in_(bindparam("keys", expanding=True)),
            cell.level == below,
            func.substr(cell.region_code, 1, LENGTHS[level]).in_(bindparam("codes", expanding=True)),
        )
        .subquery()
    )
    at = parts.c
    sums = (func.sum(at[name]).label(name) for name in UPWARDS)
    return select(at.code, at.period_key.label("slot"), *sums).group_by(at.code, at.period_key)
