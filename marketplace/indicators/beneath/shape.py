"""Decides how rows under a figure are asked for, counted and shown: one `View` for each kind of thing.

A view has one row per thing (a sold line, a shop, an order …) and knows what each row adds to a sum. It is
counted from the facts on purpose, so that a page can show whether the figure is what lies under it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, Select, Subquery, func, or_, select

from marketplace.extensions import db
from marketplace.indicators.declaring import GROWTH, Indicator
from marketplace.indicators.figures import base_of
from marketplace.indicators.periods import Period
from marketplace.kit.csv_files import Cell

BATCH = 1000
Value = Cell | date
TEXT, NUMBER, RUPIAH, DAY, YES, AMOUNT = "text", "number", "rupiah", "day", "yes", "amount"


@dataclass(frozen=True)
class Column:
    """A column of the rows: `key` in a file, `label` on the page; a `note` stands below its neighbour."""

    key: str
    label: str
    kind: str = TEXT
    note: bool = False


@dataclass(frozen=True)
class Count:
    """What a row adds to a sum; `fold` where adding is not enough (a median, a square, an entropy)."""

    of: Callable[[Any], ColumnElement[Any]]
    fold: Callable[[Iterable[Any]], int] | None = None


@dataclass(frozen=True)
class Question:
    """Whose rows are asked for: an indicator of a region in a period."""

    indicator: Indicator
    scope: str
    period: Period

    @property
    def base(self) -> Period | None:
        """The period with which growth compares, whose rows lie under the figure as well."""
        return base_of(self.indicator, self.period) if self.indicator.kind == GROWTH else None

    @property
    def periods(self) -> list[Period]:
        """The periods whose rows lie under the figure."""
        return [self.period, self.base] if self.base else [self.period]

    @property
    def names(self) -> tuple[str, ...]:
        """The sums that make the figure, the numerator's first."""
        own = (self.indicator.over, self.indicator.under)
        return tuple(dict.fromkeys(name for name in own if name is not None))

    @property
    def added(self) -> dict[str, int]:
        """The sums to which each row says what it adds, and their places; not for growth, which compares."""
        return {} if self.base else {name: place for place, name in enumerate(self.names)}

    def alone(self, period: Period) -> "Question":
        """The same of one of the periods."""
        return Alone(self.indicator, self.scope, period)

    def inside(self, village: Any, month: Any) -> ColumnElement[bool]:
        """The condition for rows of the region's villages and of the periods."""
        # Codes of one level are equally long, so a prefix decides; LIKE would depend on the collation.
        place = func.substr(village, 1, len(self.scope)) == self.scope
        return place & or_(*(month.between(each.first, each.last) for each in self.periods))


@dataclass(frozen=True)
class Alone(Question):
    """A question about one period, also where the indicator is growth."""

    @property
    def base(self) -> Period | None:
        """None: the other period is not asked for."""
        return None


class View(Protocol):
    """A kind of row under figures, and the sums that can be counted from it."""

    @property
    def word(self) -> str:
        """What addresses call it."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def columns(self) -> Sequence[Column]:
        """What is shown of each row."""

    def counts(self, name: str) -> bool:
        """Whether the sum is counted from these rows."""

    def adds(self, name: str) -> bool:
        """Whether each row says what it adds to the sum."""

    def amount(self, name: str, asked: Question) -> int:
        """The sum, counted again."""

    def size(self, asked: Question) -> int:
        """How many rows there are."""

    def rows(self, asked: Question, *, skip: int = 0, most: int | None = None) -> Iterator[tuple[Value, ...]]:
        """The rows, and what each adds to those of the figure's sums that can be added."""


@dataclass(frozen=True, eq=False)
class Stored:
    """A view whose rows are in the database.

    `base` gives one row per thing, `listed` adds what is only shown, `cells` puts a row into the columns.
    With `narrow`, rows that add nothing to the figure are left out.
    """

    word: str
    name: str
    columns: Sequence[Column]
    sums: Mapping[str, Count]
    base: Callable[[Question], Subquery]
    listed: Callable[[Question, Subquery], Select[*tuple[Any, ...]]]
    cells: Callable[[Row[Any]], tuple[Value, ...]]
    narrow: bool = False

    def counts(self, name: str) -> bool:
        """Whether the sum is counted from these rows."""
        return name in self.sums

    def adds(self, name: str) -> bool:
        """Whether each row says what it adds to the sum."""
        return name in self.sums and self.sums[name].fold is None

    def amount(self, name: str, asked: Question) -> int:
        """The sum, counted again: added up by the database, or folded here."""
        table, count = self.base(asked), self.sums[name]
        what = count.of(table.c)
        if count.fold is None:
            return int(db.session.scalar(select(func.sum(what)).select_from(table)) or 0)
        wanted = select(what.label("what")).select_from(table).execution_options(yield_per=BATCH)
        return count.fold(value for value in db.session.scalars(wanted) if value is not None)

    def size(self, asked: Question) -> int:
        """How many rows there are."""
        table = self.base(asked)
        return db.session.scalar(self._only(asked, table, select(func.count()).select_from(table))) or 0

    def rows(self, asked: Question, *, skip: int = 0, most: int | None = None) -> Iterator[tuple[Value, ...]]:
        """The rows, read in batches, and what each adds to those of the figure's sums that can be added."""
        table = self.base(asked)
        adds = [
            self.sums[name].of(table.c).label(f"adds_{at}")
            for name, at in asked.added.items()
            if self.adds(name)
        ]
        wanted = self._only(asked, table, self.listed(asked, table).add_columns(*adds))
        wanted = wanted.offset(skip).limit(most).execution_options(yield_per=BATCH)
        for row in db.session.execute(wanted):
            shares = row[len(row) - len(adds) :] if adds else ()
            yield (*self.cells(row), *(int(share or 0) for share in shares))

    def _only(
        self, asked: Question, table: Subquery, rows: Select[*tuple[Any, ...]]
    ) -> Select[*tuple[Any, ...]]:
        if not self.narrow:
            return rows
        some = [self.sums[name].of(table.c) != 0 for name in asked.names if self.adds(name)]
        return rows.where(or_(*some)) if some else rows
