"""Decides which villages and outlets fell silent: at work within a year, but not since the last full month.

Both are judged by the same months: the eleven before the last full one, and what came since its first day. A
village is at work in a month in which a shop sold more than went back, its outlet in one with a day of
activity (as SE-17 counts them). Of an outlet without any record in the last full month nobody knows; it is
told apart, because missing is not zero.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from marketplace.extensions import db
from marketplace.indicators.belonging import inside
from marketplace.indicators.cell_models import Cell, ShopMonth
from marketplace.indicators.inputs.models import VillageSnapshot
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import Period
from marketplace.kit.clock import month_of
from marketplace.kit.csv_files import Cell as FileCell
from marketplace.regions.models import VILLAGE
from marketplace.regions.queries import full_labels

YEAR = 12
VILLAGES, OUTLETS = "desa", "gerai"
FILE_HEAD = ("jenis", "kode_desa", "desa", "terakhir", "hari_diam")


@dataclass(frozen=True)
class Silent:
    """A village, or its outlet, that stopped: the last month at work, and the WIB day where it is known."""

    code: str
    last_month: str
    last_day: date | None

    def days(self, on: date) -> int | None:
        """For how many days nothing has happened until `on`."""
        return (on - self.last_day).days if self.last_day else None


@dataclass(frozen=True)
class Silence:
    """Who fell silent, the longest silent first, of `worked` that were at work within the year.

    `unknown` worked, and left no record in the last full month that would tell.
    """

    silent: list[Silent]
    worked: int
    unknown: int = 0


def villages(scope: str, full: Period) -> Silence:
    """Villages inside `scope` that sold in the eleven months before `full` (a month), and not since."""
    sold = (
        select(ShopMonth.village_code, func.max(ShopMonth.month).label("last"))
        .where(
            inside(ShopMonth.village_code, scope),
            ShopMonth.month >= full.back(YEAR - 1).first,
            ShopMonth.net > 0,
        )
        .group_by(ShopMonth.village_code)
    )
    last = {row.village_code: row.last for row in db.session.execute(sold)}
    gone = {code: month for code, month in last.items() if month < full.first}
    rows = (
        select(SaleFact.village_code, func.max(SaleFact.day))
        .where(SaleFact.village_code.in_(sorted(gone)), SaleFact.net > 0)
        .group_by(SaleFact.village_code)
    )
    days = {row[0]: row[1] for row in db.session.execute(rows)} if gone else {}
    return Silence(_ordered(gone, days), len(last))


def outlets(scope: str, full: Period) -> Silence:
    """Villages inside `scope` whose outlet was at work in the eleven months before `full`, and not since."""
    cell = Cell.__table__.c
    months = [each.key for each in full.after().run(YEAR + 1)]
    recorded = func.sum(case((cell.period_key == full.key, cell.outlet_calendar), else_=0))
    rows = db.session.execute(
        select(
            cell.region_code,
            func.max(case((cell.outlet_days > 0, cell.period_key))).label("last"),
            recorded.label("recorded"),
        )
        .where(cell.level == VILLAGE, cell.period_key.in_(months), inside(cell.region_code, scope))
        .group_by(cell.region_code)
        .having(func.sum(cell.outlet_days) > 0)
    ).all()
    quiet = [row for row in rows if row.last < full.first]
    gone = {row.region_code: row.last for row in quiet if row.recorded}
    return Silence(_ordered(gone, _last_days(gone)), len(rows), len(quiet) - len(gone))


def file_rows(found: dict[str, Silence], on: date) -> Iterator[tuple[FileCell, ...]]:
    """All who fell silent, by kind, as rows of a file under FILE_HEAD; days as `2026-10-31`."""
    names = full_labels(each.code for silence in found.values() for each in silence.silent)
    for kind, silence in found.items():
        for each in silence.silent:
            last = each.last_day.isoformat() if each.last_day else each.last_month
            yield (kind, each.code, names[each.code], last, each.days(on))


def _last_days(codes: Collection[str]) -> dict[str, date]:
    rows = (
        select(VillageSnapshot.village_code, func.max(VillageSnapshot.day))
        .where(VillageSnapshot.village_code.in_(sorted(codes)), VillageSnapshot.outlet_active.is_(True))
        .group_by(VillageSnapshot.village_code)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)} if codes else {}


def _ordered(gone: dict[str, str], days: dict[str, date]) -> list[Silent]:
    """By the last month, then the day. A day of another month is not the last one: days may be entered."""
    known = {code: day for code, day in days.items() if month_of(day) == gone[code]}
    found = [Silent(code, month, known.get(code)) for code, month in gone.items()]
    return sorted(found, key=lambda each: (each.last_month, each.last_day or date.min, each.code))
