"""Keeps the month of the first sale in a region: of villages from their tallies, above them from those."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select

from marketplace.extensions import db
from marketplace.indicators.belonging import LENGTHS
from marketplace.indicators.cell_models import FirstSale, ShopMonth
from marketplace.regions.models import DISTRICT, PROVINCE, REGENCY, VILLAGE

SOLD = ShopMonth


def know(villages: Sequence[str]) -> None:
    """Look again when these villages sold for the first time, and what that means for the regions above."""
    first = select(SOLD.village_code, func.min(SOLD.month)).group_by(SOLD.village_code)
    if _replace(villages, first.where(SOLD.village_code.in_(villages))):
        for level in (DISTRICT, REGENCY, PROVINCE):
            codes = sorted({village[: LENGTHS[level]] for village in villages})
            _replace(codes, _of_villages_inside(level, codes))


def make() -> None:
    """Make all from zero."""
    db.session.execute(delete(FirstSale).execution_options(synchronize_session=False))
    know(list(db.session.scalars(select(SOLD.village_code).distinct())))


def _of_villages_inside(level: str, codes: Sequence[str]) -> Any:
    code = func.substr(FirstSale.region_code, 1, LENGTHS[level])
    below = (
        select(code.label("code"), FirstSale.month)
        .where(func.length(FirstSale.region_code) == LENGTHS[VILLAGE], code.in_(codes))
        .subquery()
    )
    return select(below.c.code, func.min(below.c.month)).group_by(below.c.code)


def _replace(codes: Sequence[str], rows: Any) -> bool:
    """Let these be the months of the regions; whether any is another than before."""
    table: Any = FirstSale.__table__
    was = {tuple(row) for row in db.session.execute(select(table).where(table.c.region_code.in_(codes)))}
    now = {tuple(row) for row in db.session.execute(rows)}
    if was == now:
        return False
    db.session.execute(delete(table).where(table.c.region_code.in_(codes)))
    if now:
        told = [{"region_code": code, "month": month} for code, month in sorted(now)]
        db.session.execute(insert(table), told)
    return True
