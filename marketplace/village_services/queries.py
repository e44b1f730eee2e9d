"""Reads of the log of services: a village's month, and sums by region and month; not what was replaced."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.clock import month_bounds
from marketplace.kit.columns import MOST_ID
from marketplace.kit.errors import NotFound
from marketplace.village_services.models import KINDS, ServiceEntry


@dataclass(frozen=True)
class Sums:
    """Services of one kind: how many, rupiah that went through, rupiah earned."""

    count: int = 0
    amount: int = 0
    fee: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.count + other.count, self.amount + other.amount, self.fee + other.fee)


@dataclass(frozen=True)
class Line:
    """One line of the log and who wrote it."""

    entry: ServiceEntry
    by: str

    @property
    def kind(self) -> str:
        """The name of the service."""
        return KINDS[self.entry.kind]


def month(village_code: str, key: str) -> list[Line]:
    """The lines of a village that stand, of a WIB month such as `2026-10`, by day."""
    first, end = month_bounds(key)
    rows = (
        select(ServiceEntry, User.name)
        .join(User, User.id == ServiceEntry.by_id)
        .where(ServiceEntry.village_code == village_code, *_between(first, end), _standing())
        .order_by(ServiceEntry.day, ServiceEntry.id)
    )
    return [Line(entry, name) for entry, name in db.session.execute(rows)]


def entry_of(village_code: str, number: int) -> ServiceEntry:
    """One line of a village.

    Raises:
        NotFound: unknown, or another village's.
    """
    asked = select(ServiceEntry).where(
        ServiceEntry.id == min(number, MOST_ID), ServiceEntry.village_code == village_code
    )
    row = db.session.scalar(asked)
    if row is None:
        raise NotFound
    return row


def stands(entry: ServiceEntry) -> bool:
    """Whether a line counts: it was not replaced, and does not take another one back."""
    return (
        db.session.scalar(select(ServiceEntry.id).where(ServiceEntry.id == entry.id, _standing())) is not None
    )


def by_kind(lines: list[Line]) -> dict[str, Sums]:
    """The sums of some lines by kind; every kind has one."""
    found = {kind: Sums() for kind in KINDS}
    for line in lines:
        found[line.entry.kind] += Sums(line.entry.count, line.entry.amount, line.entry.fee)
    return found


def by_region(region: str, length: int, first: date, end: date) -> dict[str, dict[str, Sums]]:
    """Code of so many letters -> kind -> sums, of a region from `first` until before `end`."""
    code = func.substr(ServiceEntry.village_code, 1, length)
    return _sums(_added(code).where(_inside(region), *_between(first, end)))


def by_month(region: str, first: date, end: date) -> dict[str, dict[str, Sums]]:
    """Month (`2026-10`) -> kind -> sums, of all villages in a region from `first` until before `end`."""
    days = _sums(_added(ServiceEntry.day).where(_inside(region), *_between(first, end)))
    found: dict[str, dict[str, Sums]] = {}
    for day, kinds in days.items():
        key = f"{day:%Y-%m}"
        for kind, sums in kinds.items():
            month_sums = found.setdefault(key, {})
            month_sums[kind] = month_sums.get(kind, Sums()) + sums
    return found


def days_of_service(first: date, last: date) -> set[tuple[str, date]]:
    """(village, day) on which a counter gave any service, from `first` to `last`, both included."""
    asked = select(ServiceEntry.village_code, ServiceEntry.day).where(
        ServiceEntry.day >= first, ServiceEntry.day <= last, _standing()
    )
    return {(code, day) for code, day in db.session.execute(asked.distinct())}


def _added(key: Any) -> Select[Any]:
    parts = [func.sum(column) for column in (ServiceEntry.count, ServiceEntry.amount, ServiceEntry.fee)]
    named = key.label("key")
    # By its name: PostgreSQL would take the same expression with other parameters for another one.
    return select(named, ServiceEntry.kind, *parts).where(_standing()).group_by("key", ServiceEntry.kind)


def _sums(asked: Select[Any]) -> dict[Any, dict[str, Sums]]:
    found: dict[Any, dict[str, Sums]] = {}
    for key, kind, *numbers in db.session.execute(asked):
        found.setdefault(key, {})[kind] = Sums(*(int(number) for number in numbers))
    return found


def _inside(region: str) -> ColumnElement[bool]:
    column = ServiceEntry.village_code
    return or_(column == region, column.startswith(f"{region}.", autoescape=True))


def _between(first: date, end: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ServiceEntry.day >= first, ServiceEntry.day < end


def _standing() -> ColumnElement[bool]:
    later = aliased(ServiceEntry)
    replaced = select(later.id).where(later.replaces_id == ServiceEntry.id).exists()
    return and_(ServiceEntry.count > 0, ~replaced)
