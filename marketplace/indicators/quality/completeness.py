"""Decides how complete the data are that figures are made of: of how many a thing is known, how old it is.

Every measure counts something in a region (villages, months of outlets, shops, lines), and of how many of
them it is known. Seven queries, however many regions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, literal_column, select

from marketplace.catalog.permits.kinds import NIB
from marketplace.catalog.permits.models import Permit
from marketplace.catalog.permits.standing import holds
from marketplace.extensions import db
from marketplace.indicators.belonging import LENGTHS
from marketplace.indicators.cell_models import FirstSale
from marketplace.indicators.inputs import kinds
from marketplace.indicators.inputs.models import DatedInput
from marketplace.indicators.inputs.queries import in_force, inside
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import Period, month
from marketplace.kit.clock import day_wib, month_wib
from marketplace.regions.models import VILLAGE, Region
from marketplace.sellers.models import VERIFIED, Shop

MONTHS = 12
VILLAGES, SALES = "desa", "toko"
PARTS = {VILLAGES: _l("Masukan desa"), SALES: _l("Toko dan barang")}
WEIGHT = "weight"


@dataclass(frozen=True)
class Measure:
    """Something that is known or not: of `unit`s. `slug` is the kind of input where it is entered."""

    key: str
    part: str
    name: str
    unit: str
    slug: str = ""


@dataclass(frozen=True)
class Known:
    """Of `whole` it is known of `known`; from which days the oldest and the newest value hold, if dated."""

    known: int = 0
    whole: int = 0
    oldest: date | None = None
    newest: date | None = None

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down: only what is complete is 100. None where there is nothing to know."""
        return self.known * 100 // self.whole if self.whole else None

    def __add__(self, other: "Known") -> "Known":
        days = [each for each in (self.oldest, other.oldest) if each]
        later = [each for each in (self.newest, other.newest) if each]
        both = self.known + other.known, self.whole + other.whole
        return Known(*both, min(days, default=None), max(later, default=None))


@dataclass(frozen=True)
class Line:
    """One region with what is known of it, by measure."""

    place: Region
    known: Mapping[str, Known]


MEASURES = (
    *(
        Measure(key, VILLAGES, kind.name, _l("bulan") if key == kinds.OUTLET_DAYS else _l("desa"), kind.slug)
        for key, kind in kinds.KINDS.items()
    ),
    Measure("sector", SALES, _l("Bidang usaha"), _l("toko")),
    Measure("workers", SALES, _l("Banyak pekerja"), _l("toko")),
    Measure("woman_led", SALES, _l("Dipimpin perempuan atau bukan"), _l("toko")),
    Measure(NIB, SALES, _l("NIB"), _l("toko")),
    Measure(WEIGHT, SALES, _l("Berat barang terjual"), _l("baris")),
)


def lines(region: str, level: str, *, at: datetime) -> list[Line]:
    """The regions of `level` inside `region` (or itself) by code, each with every measure, at a moment.

    Outlets: months of the last twelve full ones, from the month of the village's first sale on. Shops: the
    verified ones. Weight: the lines sold in the last full month.
    """
    asked = _Asked(region, LENGTHS[level], month(month_wib(at)).back(), day_wib(at))
    counted: dict[str, dict[str, Known]] = {}
    for question in _QUESTIONS:
        for code, key, known in question(asked):
            of_place = counted.setdefault(code, {})
            of_place[key] = of_place.get(key, Known()) + known
    rows = select(Region).where(Region.level == level, inside(Region.code, region)).order_by(Region.code)
    return [_line(place, counted.get(place.code, {})) for place in db.session.scalars(rows)]


def together(some: Sequence[Line]) -> dict[str, Known]:
    """All lines as one, by measure."""
    return {each.key: sum((line.known[each.key] for line in some), Known()) for each in MEASURES}


def _line(place: Region, counted: Mapping[str, Known]) -> Line:
    return Line(place, {each.key: counted.get(each.key, Known()) for each in MEASURES})


@dataclass(frozen=True)
class _Asked:
    """`length` is that of the codes of the regions asked for, `last` the last full month."""

    region: str
    length: int
    last: Period
    today: date

    @property
    def run(self) -> list[str]:
        return [each.key for each in self.last.run(MONTHS)]

    def by_place(self, code: Any, *counts: Any) -> Any:
        """Counts by region of rows that stand under the code of a village."""
        # Not bound: PostgreSQL takes an expression with parameters for another one when it groups by it.
        place = func.substr(code, literal_column("1"), literal_column(str(self.length)))
        return select(place.label("place"), *counts).where(inside(code, self.region)).group_by(place)


_Answers = Iterator[tuple[str, str, Known]]


def _villages(asked: _Asked) -> _Answers:
    counts = asked.by_place(Region.code, func.count().label("villages")).where(Region.level == VILLAGE)
    for row in db.session.execute(counts):
        for key in kinds.KINDS:
            if key != kinds.OUTLET_DAYS:
                yield row.place, key, Known(0, row.villages)


def _inputs(asked: _Asked) -> _Answers:
    """A village counts once, with the newest day from which a value holds."""
    newest = func.max(DatedInput.as_of).label("day")
    each = (
        select(DatedInput.kind, DatedInput.village_code, newest)
        .where(
            DatedInput.kind != kinds.OUTLET_DAYS,
            DatedInput.as_of <= asked.today,
            inside(DatedInput.village_code, asked.region),
            in_force(),
        )
        .group_by(DatedInput.kind, DatedInput.village_code)
        .subquery()
        .c
    )
    counts = asked.by_place(each.village_code, each.kind, *_dated(each.day)).group_by(each.kind)
    for row in db.session.execute(counts):
        yield row.place, row.kind, Known(row.known, 0, row.oldest, row.newest)


def _outlet_months(asked: _Asked) -> _Answers:
    """How many months there were, by the month in which villages began to sell."""
    first = FirstSale.region_code
    counts = (
        asked.by_place(first, FirstSale.month, func.count().label("villages"))
        .where(func.length(first) == LENGTHS[VILLAGE], FirstSale.month <= asked.last.key)
        .group_by(FirstSale.month)
    )
    months = asked.run
    for row in db.session.execute(counts):
        yield row.place, kinds.OUTLET_DAYS, Known(0, row.villages * sum(key >= row.month for key in months))


def _outlets(asked: _Asked) -> _Answers:
    """In how many of those months the days of an outlet are noted; each month once."""
    newest = func.max(DatedInput.as_of).label("day")
    each = (
        select(DatedInput.village_code, DatedInput.series, newest)
        .join(FirstSale, FirstSale.region_code == DatedInput.village_code)
        .where(
            DatedInput.kind == kinds.OUTLET_DAYS,
            DatedInput.series.in_(asked.run),
            FirstSale.month <= DatedInput.series,
            in_force(),
        )
        .group_by(DatedInput.village_code, DatedInput.series)
        .subquery()
        .c
    )
    for row in db.session.execute(asked.by_place(each.village_code, *_dated(each.day))):
        yield row.place, kinds.OUTLET_DAYS, Known(row.known, 0, row.oldest, row.newest)


def _shops(asked: _Asked) -> _Answers:
    held = select(Permit.shop_id).where(Permit.kind == NIB, holds(asked.today)).distinct().subquery()
    answers = {
        "sector": Shop.sector != "",
        "workers": Shop.workers.is_not(None),
        "woman_led": Shop.woman_led.is_not(None),
        NIB: held.c.shop_id.is_not(None),
    }
    told = (func.count().filter(answer).label(key) for key, answer in answers.items())
    counts = (
        asked.by_place(Shop.village_code, func.count().label("shops"), *told)
        .select_from(Shop)
        .outerjoin(held, held.c.shop_id == Shop.id)
        .where(Shop.status == VERIFIED)
    )
    for row in db.session.execute(counts):
        for key in answers:
            yield row.place, key, Known(getattr(row, key), row.shops)


def _weights(asked: _Asked) -> _Answers:
    known = func.count(SaleFact.grams).label("known")
    counts = asked.by_place(SaleFact.village_code, func.count().label("lines"), known).where(
        SaleFact.month == asked.last.key, SaleFact.source.startswith("sale:")
    )
    for row in db.session.execute(counts):
        yield row.place, WEIGHT, Known(row.known, row.lines)


def _dated(day: Any) -> tuple[Any, ...]:
    return (func.count().label("known"), func.min(day).label("oldest"), func.max(day).label("newest"))


_QUESTIONS: tuple[Callable[[_Asked], _Answers], ...] = (
    _villages, _inputs, _outlet_months, _outlets, _shops, _weights,
)  # fmt: skip
