"""Marks the cells that are behind: a village month, and with it every larger and longer cell around it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.cell_models import Cell, DirtyCell
from marketplace.indicators.periods import MONTH, period
from marketplace.indicators.turns import cells_alone
from marketplace.kit.clock import month_of
from marketplace.kit.transaction import append
from marketplace.regions.models import VILLAGE

Pair = tuple[str, str]
MOST = 500


def mark(village_code: str, month: str, *, at: datetime) -> None:
    """The cells around this month of this village are to be counted again: they are behind since `at`."""
    mark_all([(village_code, month)], at=at)


def mark_all(pairs: Iterable[Pair], *, at: datetime) -> None:
    """The same for many pairs of village and month."""
    rows = [{"village_code": village, "month": month, "since": at} for village, month in sorted(set(pairs))]
    if rows:
        append(DirtyCell, *rows)


def mark_from(first: Mapping[str, date], *, at: datetime) -> None:
    """What is known of villages has changed, of each from a WIB day on: mark its cells of that month on."""
    # A cell that is made at this moment would be made without what is not committed yet, and not be marked.
    cells_alone()
    cell = Cell.__table__.c
    villages = sorted(first)
    for start in range(0, len(villages), MOST):
        some = villages[start : start + MOST]
        rows = select(cell.region_code, cell.period_key).where(
            cell.level == VILLAGE, cell.region_code.in_(some)
        )
        pairs = [(row[0], row[1]) for row in db.session.execute(rows)]
        months = [pair for pair in pairs if is_month(pair[1])]
        mark_all([pair for pair in months if pair[1] >= month_of(first[pair[0]])], at=at)


def is_month(key: str) -> bool:
    """Whether the key of a period is that of a month."""
    return period(key).kind == MONTH
