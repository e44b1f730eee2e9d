"""Decides which months of a village are counted again after an input: those that have facts."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators import cells
from marketplace.indicators.models import SaleFact
from marketplace.kit.clock import month_of

PORTION = 500


def mark_from(days: Mapping[str, date], *, at: datetime) -> None:
    """Mark the months with facts of some villages, each from the month of its day on."""
    codes = sorted(days)
    for start in range(0, len(codes), PORTION):
        asked = select(SaleFact.village_code, SaleFact.month).distinct()
        found = db.session.execute(asked.where(SaleFact.village_code.in_(codes[start : start + PORTION])))
        cells.mark_all(((code, month) for code, month in found if month >= month_of(days[code])), at=at)
