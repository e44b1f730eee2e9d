"""Decides how facts and outcomes are made again from orders and refunds, to exactly the same rows.

What the orders do not hold was frozen at the sale and is read again; where nothing was frozen, what is true
today is, and the row says so (`late`). The cells are marked; `cells.recount` counts them from zero.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, union

from marketplace.extensions import db
from marketplace.indicators import circumstances, marking
from marketplace.indicators.cell_models import Cell
from marketplace.indicators.facts import (
    excluded_lines,
    exclusion_of,
    refund_of,
    refunded_lines,
    sale_of,
    sold_lines,
)
from marketplace.indicators.inputs.models import VillageSnapshot
from marketplace.indicators.models import OutcomeFact, SaleCircumstance, SaleFact
from marketplace.indicators.outcomes import outcomes
from marketplace.indicators.turns import facts_alone
from marketplace.kit.clock import day_wib, month_of
from marketplace.kit.progress import Tick
from marketplace.orders.models import OrderLine, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments.models import RefundLine
from marketplace.regions.models import VILLAGE

BATCH = 2000
Rows = Select[*tuple[Any, ...]]


def rebuild(*, at: datetime, tick: Tick | None = None) -> int:
    """Make facts and outcomes again from the orders, in the running transaction. Returns how many facts.

    This is the only place that deletes facts. An event that still waits finds its facts here and adds
    nothing. `at` stands in the circumstances that had to be written late. `tick` hears of seller orders.
    """
    # Sales go on meanwhile; the worker waits, or it would write down what is written here once more.
    facts_alone()
    for table in (SaleFact, OutcomeFact):
        db.session.execute(delete(table).execution_options(synchronize_session=False))
    db.session.expire_all()
    _each_order(at, tick)
    written = _fill(sold_lines(), OrderLine.id, sale_of) + _fill(refunded_lines(), RefundLine.id, refund_of)
    written += _fill(excluded_lines(), OrderLine.id, exclusion_of)
    marking.mark_all(places(), at=at)
    return written


def _each_order(at: datetime, tick: Tick | None) -> None:
    """Outcomes of all orders that ended, and circumstances where none were frozen."""
    last, done = 0, 0
    total = db.session.scalar(select(func.count()).select_from(SellerOrder)) or 0
    while True:
        rows = select(SellerOrder.id, SellerOrder.status).where(SellerOrder.id > last)
        some = db.session.execute(rows.order_by(SellerOrder.id).limit(BATCH)).all()
        if not some:
            return
        ids = [order.id for order in some]
        completed = [order.id for order in some if order.status == Status.COMPLETED.value]
        circumstances.freeze(completed, day=day_wib(at), at=at, late=True)
        ended = list(outcomes(ids))
        if ended:
            db.session.execute(insert(OutcomeFact), ended)
        last, done = ids[-1], done + len(some)
        if tick:
            tick(done, total)


def _fill(rows: Rows, key: Any, fact_of: Callable[[Row[Any]], dict[str, Any]]) -> int:
    last, written = 0, 0
    # What was completed a moment ago has no circumstances yet: its event still waits, and brings its facts.
    rows = rows.where(SaleCircumstance.order_line_id.is_not(None))
    while True:
        lines = db.session.execute(rows.where(key > last).limit(BATCH)).all()
        if not lines:
            return written
        db.session.execute(insert(SaleFact), [fact_of(line) for line in lines])
        last, written = lines[-1].id, written + len(lines)


def places() -> list[tuple[str, str]]:
    """Every month of a village that has facts, outcomes or snapshots now, or had a cell."""
    now = union(
        select(SaleFact.village_code, SaleFact.month), select(OutcomeFact.village_code, OutcomeFact.month)
    )
    cell = Cell.__table__.c
    before = select(cell.region_code, cell.period_key).where(cell.level == VILLAGE)
    seen = select(VillageSnapshot.village_code, VillageSnapshot.day).distinct()
    found = {(row[0], row[1]) for row in db.session.execute(now)}
    found |= {(row[0], month_of(row[1])) for row in db.session.execute(seen)}
    return sorted(
        found | {(row[0], row[1]) for row in db.session.execute(before) if marking.is_month(row[1])}
    )
