"""Reads what is known of villages on a day: the latest dated row in force not after it, with its source.

A row that another one replaces is not in force any more; a row that says nothing withdraws.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from marketplace.extensions import db
from marketplace.indicators.inputs import kinds
from marketplace.indicators.inputs.idm import INDEXES, SCALE
from marketplace.indicators.inputs.models import DatedInput
from marketplace.kit.clock import month_of

MOST_CODES = 500
_FIELDS = (
    DatedInput.id,
    DatedInput.village_code,
    DatedInput.series,
    DatedInput.as_of,
    DatedInput.year,
    DatedInput.number,
    DatedInput.word,
    DatedInput.source,
    DatedInput.entered_at,
)


class Status(NamedTuple):
    """The class of a village by one index in one year; `score` as the index writes it, if it was given."""

    index_name: str
    year: int
    status: str
    score: Decimal | None


@dataclass(frozen=True)
class Known:
    """A value with its source. `as_of` and `source` are those of the newest row in it.

    Households: int; status: `Status`; focus: str; locus: bool; joined: date; outlet_days: {month: days}.
    """

    value: Any
    source: str
    as_of: date
    entered_at: datetime


def known(kind: str, on: date, codes: Collection[str] | None = None) -> dict[str, Known]:
    """What is known of villages (all, or those of `codes`) on a WIB day; villages without a row are left out.

    Status is that of the newest year, which says by which index; the two are never one line.
    """
    rows: dict[str, list[Any]] = {}
    for row in _rows(kind, codes, DatedInput.as_of <= on):
        rows.setdefault(row.village_code, []).append(row)
    return {code: _told(kind, some) for code, some in rows.items()}


def known_in(kind: str, on: date, region: str) -> dict[str, Known]:
    """As `known`, for all villages of a region of any level."""
    rows: dict[str, list[Any]] = {}
    for row in _rows(kind, None, DatedInput.as_of <= on, inside(DatedInput.village_code, region)):
        rows.setdefault(row.village_code, []).append(row)
    return {code: _told(kind, some) for code, some in rows.items()}


def statuses(code: str, on: date) -> dict[str, list[Status]]:
    """Every status of a village until a day, by index, oldest first: two lines, never one."""
    found: dict[str, list[Status]] = {index: [] for index in INDEXES}
    for row in _rows(kinds.STATUS, [code], DatedInput.as_of <= on):
        found[row.series].append(_status(row))
    return found


def value_of(row: DatedInput) -> Any:
    """What one row says by itself, as in `Known`."""
    return _value(row.kind, row, [row])


def inside(column: ColumnElement[str] | Any, region: str) -> ColumnElement[bool]:
    """Whether a village code lies in a region, itself included."""
    return or_(column == region, column.startswith(f"{region}.", autoescape=True))


def in_force() -> ColumnElement[bool]:
    """Rows that nothing has replaced, and that say something."""
    later = aliased(DatedInput)
    says = or_(DatedInput.number.is_not(None), DatedInput.word != "")
    return and_(says, ~select(later.id).where(later.replaces_id == DatedInput.id).exists())


def _rows(kind: str, codes: Collection[str] | None, *where: ColumnElement[bool]) -> Iterable[Any]:
    """Rows in force of one kind, oldest first. Many codes are asked for in portions."""
    asked = select(*_FIELDS).where(DatedInput.kind == kind, in_force(), *where)
    asked = asked.order_by(DatedInput.village_code, DatedInput.as_of, DatedInput.id)
    if codes is None:
        yield from db.session.execute(asked)
        return
    wanted = sorted(set(codes))
    for start in range(0, len(wanted), MOST_CODES):
        some = wanted[start : start + MOST_CODES]
        yield from db.session.execute(asked.where(DatedInput.village_code.in_(some)))


def _told(kind: str, rows: Sequence[Any]) -> Known:
    newest = max(rows, key=_newest) if kind == kinds.STATUS else rows[-1]
    return Known(_value(kind, newest, rows), newest.source, newest.as_of, newest.entered_at)


def _newest(row: Any) -> tuple[date, int, int]:
    return row.as_of, INDEXES.index(row.series), row.id


def _value(kind: str, row: Any, rows: Sequence[Any]) -> Any:
    if kind == kinds.STATUS:
        return _status(row)
    if kind == kinds.OUTLET_DAYS:
        return _by_month(rows)
    if kind == kinds.LOCUS:
        return row.word == kinds.YES
    if kind == kinds.JOINED:
        return row.as_of
    return row.word if kind == kinds.FOCUS else row.number


def _by_month(rows: Sequence[Any]) -> Mapping[str, int]:
    return {month_of(row.as_of): row.number for row in rows}


def _status(row: Any) -> Status:
    score = None if row.number is None else Decimal(row.number) / SCALE
    return Status(row.series, row.year, row.word, score)
