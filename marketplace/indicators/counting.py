"""Counts the sums of cells: of a village month from its facts, larger and longer ones from what is kept.

What can be added is added up from the village months; people, shops, products and minutes are counted again
from the tallies. Nothing is averaged. A statement is built once for each level and kind of period.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from math import log
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, bindparam, case, cast, func, select

from marketplace.extensions import db
from marketplace.indicators import standing_sums
from marketplace.indicators.cell_models import BuyerMonth, Cell, GoodsMonth, ProductMonth, ShopMonth
from marketplace.indicators.circumstances import AT_THE_OUTLET
from marketplace.indicators.models import OutcomeFact, SaleFact
from marketplace.indicators.periods import MONTH, YEAR, around, period
from marketplace.indicators.sums import RINGS
from marketplace.indicators.tallies import SOLD, among, ring
from marketplace.orders.models import COUNTER
from marketplace.orders.states import Status
from marketplace.regions.models import CODE_LENGTHS, LEVELS, VILLAGE, Region

Key = tuple[str, str]
Counts = dict[Key, dict[str, int]]
LENGTHS = {level: length for length, level in CODE_LENGTHS.items()}
CASHLESS = ("qris", "transfer", "stripe", "midtrans")
OUTLETS = ("bumdes", "bumdesma", "bumk", "koperasi")
AT_OUTLET = "titip"
COLLECTED, ON_THE_SPOT = "ambil", "jasa"
MILLION = 1_000_000

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


def of_villages(villages: Sequence[str], months: Sequence[str]) -> Counts:
    """Every sum of these villages in each of these months, from facts, outcomes and tallies."""
    found: Counts = {}
    bound = {"villages": villages, "codes": villages, "months": months}
    for statement in (_sales(), _ended()):
        _take_in(found, db.session.execute(statement, bound).mappings())
    for counts in found.values():
        counts.update({name: int(counts.get(VILLAGES[name], 0) > 0) for name in SOLD_OR_ENDED})
    standing_sums.add(found, villages, months)
    _recount(found, VILLAGE, MONTH, bound)
    return found


def of_regions(level: str, kind: str, codes: Sequence[str], months: Sequence[str]) -> Counts:
    """Every sum of these regions of a level in the periods of a kind that the months lie in.

    Both must be whole: all months of each period. Reads the tallies, and the cells right below: of a village
    its months, above it the regions inside for the same period.
    """
    found: Counts = {}
    bound = {"codes": codes, "months": months}
    if level == VILLAGE:
        _take_in(found, db.session.execute(_lengthened(kind), bound).mappings())
    else:
        keys = sorted({around(month, kind).key for month in months})
        _take_in(found, db.session.execute(_added(level), {"codes": codes, "keys": keys}).mappings())
    _recount(found, level, kind, bound)
    return found


def slot_of(kind: str, month: Any) -> ColumnElement[str]:
    """The key of the period of a kind in which a month lies."""
    if kind == MONTH:
        whole: ColumnElement[str] = month
        return whole
    year: ColumnElement[str] = func.substr(month, 1, 4)
    if kind == YEAR:
        return year
    number = (cast(func.substr(month, 6, 2), BigInteger) + 2) // 3
    return year.concat("-Q").concat(cast(number, Region.code.type))


def months_of(key: str) -> list[str]:
    """The months of the period with this key."""
    return period(key).months()


def inside(column: Any, scope: str) -> ColumnElement[bool]:
    """Whether a code is the scope or lies below it.

    All codes of one level are equally long, so a prefix decides; LIKE and ranges would depend on the
    collation.
    """
    if len(scope) == LENGTHS[VILLAGE]:
        condition: ColumnElement[bool] = column == scope
        return condition
    return func.substr(column, 1, len(scope)) == scope


def _take_in(found: Counts, rows: Any) -> None:
    for row in rows:
        values = {name: int(value or 0) for name, value in row.items() if name not in ("code", "slot")}
        found.setdefault((row["code"], row["slot"]), {}).update(values)


def _recount(found: Counts, level: str, kind: str, bound: dict[str, Any]) -> None:
    for build in (_shops, _buyers, _products, _sections, _ways, _minutes, _complaints):
        _take_in(found, db.session.execute(build(level, kind), bound).mappings())
    for key, entropy in _entropies(level, kind, bound):
        found.setdefault(key, {})["entropy_micro"] = entropy
    for counts in found.values():
        high, middle, low = (counts.pop(f"squares_{part}", 0) for part in ("high", "middle", "low"))
        counts["squares"] = (high * MILLION + 2 * middle) * MILLION + low


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
        .where(cell.level == VILLAGE, _among(VILLAGE, cell.region_code, cell.period_key))
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
    names = (*ADDED, *AT_THE_END, "households_net", *VILLAGES)
    sums = (func.sum(at[name]).label(name) for name in names)
    return select(at.code, at.period_key.label("slot"), *sums).group_by(at.code, at.period_key)


@cache
def _shops(level: str, kind: str) -> Select[*tuple[Any, ...]]:
    """Shops above zero, what they sold, its squares. Squares are added in three parts that fit in 64 bits."""
    total = cast(func.sum(ShopMonth.net), BigInteger)
    each = _members(
        ShopMonth, level, kind, (ShopMonth.shop_id,), total.label("net"), func.min(ShopMonth.nib).label("nib")
    )
    at = each.c
    millions, rest = at.net // MILLION, at.net % MILLION
    return (
        select(
            at.code,
            at.slot,
            func.count().label("shops"),
            func.sum(at.net).label("positive_shops"),
            func.sum(millions * millions).label("squares_high"),
            func.sum(millions * rest).label("squares_middle"),
            func.sum(rest * rest).label("squares_low"),
            func.sum(at.nib).label("nib_shops"),
        )
        .where(at.net > 0)
        .group_by(at.code, at.slot)
    )


@cache
def _buyers(level: str, kind: str) -> Select[*tuple[Any, ...]]:
    reached = (
        func.max(case((BuyerMonth.ring == place, 1), else_=0)).label(f"buyers_{name}")
        for place, name in enumerate(RINGS)
    )
    orders = func.sum(BuyerMonth.orders).label("orders")
    each = _members(BuyerMonth, level, kind, (BuyerMonth.buyer_key,), orders, *reached)
    at = each.c
    return select(
        at.code,
        at.slot,
        func.count().label("buyers"),
        func.count().filter(at.orders > 1).label("repeat_buyers"),
        *(func.sum(at[f"buyers_{name}"]).label(f"buyers_{name}") for name in RINGS),
    ).group_by(at.code, at.slot)


@cache
def _products(level: str, kind: str) -> Select[*tuple[Any, ...]]:
    flags = (
        *(func.max(ProductMonth.__table__.c[name]) for name in ("unggulan", "branded", "packaged")),
        func.min(ProductMonth.licensed),
    )
    names = ("unggulan", "branded", "packaged", "licensed")
    named = (flag.label(name) for flag, name in zip(flags, names, strict=True))
    at = _members(ProductMonth, level, kind, (ProductMonth.product_id,), *named).c
    sums = (func.sum(at[name]).label(name) for name in names)
    return select(at.code, at.slot, *sums).group_by(at.code, at.slot)


@cache
def _sections(level: str, kind: str) -> Select[*tuple[Any, ...]]:
    net = func.sum(GoodsMonth.net).label("net")
    at = _members(GoodsMonth, level, kind, (GoodsMonth.section,), net).c
    some = (at.net > 0) & (at.section != "")
    return select(at.code, at.slot, func.count().filter(some).label("sectors")).group_by(at.code, at.slot)


@cache
def _categories(level: str, kind: str) -> Select[*tuple[Any, ...]]:
    net = func.sum(GoodsMonth.net).label("net")
    at = _members(GoodsMonth, level, kind, (GoodsMonth.category_slug,), net).c
    rows = select(at.code, at.slot, at.net).where(at.net > 0)
    return rows.order_by(at.code, at.slot, at.net, at.category_slug)


def _entropies(level: str, kind: str, bound: dict[str, Any]) -> Iterator[tuple[Key, int]]:
    """Shannon's H over categories with positive net: natural logarithm, in millionths, half up."""
    rows = db.session.execute(_categories(level, kind), bound)
    for (code, slot), some in groupby(rows, key=lambda row: (row.code, row.slot)):
        nets = [int(row.net) for row in some]
        total = sum(nets)
        yield (code, slot), int(-sum(net / total * log(net / total) for net in nets) * MILLION + 0.5)


@cache
def _ways(level: str, kind: str) -> Select[*tuple[Any, ...]]:
    slot, code = slot_of(kind, OutcomeFact.month), func.substr(OutcomeFact.village_code, 1, LENGTHS[level])
    kept = (
        select(code.label("code"), slot.label("slot"), OutcomeFact.delivery_method)
        .where(
            _among(level, OutcomeFact.village_code, OutcomeFact.month),
            OutcomeFact.status == Status.COMPLETED.value,
        )
        .subquery()
    )
    ways = func.count(kept.c.delivery_method.distinct()).label("ways")
    return select(kept.c.code, kept.c.slot, ways).group_by(kept.c.code, kept.c.slot)


@cache
def _minutes(level: str, kind: str) -> Select[*tuple[Any, ...]]:
    return _ranks(level, kind, OutcomeFact.minutes, "median_minutes", "p90_minutes")


@cache
def _complaints(level: str, kind: str) -> Select[*tuple[Any, ...]]:
    return _ranks(level, kind, OutcomeFact.complaint_minutes, "complaint_minutes", "complaint_p90_minutes")


def _ranks(level: str, kind: str, minutes: Any, median: str, most: str) -> Select[*tuple[Any, ...]]:
    """The median (of two middle ones their mean, half up) and the nearest rank of 90 %, in minutes."""
    code = func.substr(OutcomeFact.village_code, 1, LENGTHS[level]).label("code")
    each = (
        select(code, slot_of(kind, OutcomeFact.month).label("slot"), minutes.label("minutes"))
        .where(_among(level, OutcomeFact.village_code, OutcomeFact.month), minutes.is_not(None))
        .subquery()
    )
    place = (each.c.code, each.c.slot)
    rank = func.row_number().over(partition_by=place, order_by=each.c.minutes).label("rank")
    ranked = select(
        *place, each.c.minutes, rank, func.count().over(partition_by=place).label("many")
    ).subquery()
    at = ranked.c
    low = func.max(case((at.rank == (at.many + 1) // 2, at.minutes)))
    high = func.max(case((at.rank == at.many // 2 + 1, at.minutes)))
    ninetieth = func.max(case((at.rank == (at.many * 9 + 9) // 10, at.minutes)))
    return select(
        at.code,
        at.slot,
        ((low + high + 1) // 2).label(median),
        ninetieth.label(most),
    ).group_by(at.code, at.slot)


def _members(table: Any, level: str, kind: str, member: tuple[Any, ...], *measures: Any) -> Subquery:
    """One row per region, period and member (a shop, a buyer …), with measures over its village months.

    Two floors, so that PostgreSQL can group by expressions with parameters in them.
    """
    code = func.substr(table.village_code, 1, LENGTHS[level]).label("code")
    rows = select(code, slot_of(kind, table.month).label("slot"), *member, *measures)
    inside = _among(level, table.village_code, table.month)
    return rows.where(inside).group_by("code", "slot", *member).subquery()


def _among(level: str, village: Any, month: Any) -> ColumnElement[bool]:
    """Whether a row lies in the regions of a level and in the months that are bound."""
    if level == VILLAGE:
        here: ColumnElement[bool] = village.in_(bindparam("codes", expanding=True))
    else:
        code = func.substr(Region.code, 1, LENGTHS[level])
        inside = select(Region.code).where(
            Region.level == VILLAGE, code.in_(bindparam("codes", expanding=True))
        )
        here = village.in_(inside)
    when: ColumnElement[bool] = month.in_(bindparam("months", expanding=True))
    return here & when
