"""Decides how all facts are made again from completed orders and refunds, to exactly the same rows."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, Select, delete, insert

from marketplace.extensions import db
from marketplace.indicators.facts import refund_of, refunded_lines, sale_of, sold_lines
from marketplace.indicators.models import SaleFact
from marketplace.orders.models import OrderLine
from marketplace.payments.models import RefundLine

BATCH = 2000


def rebuild() -> int:
    """Empty the table of facts and fill it from the orders, in the running transaction. Returns how many.

    This is the only place that deletes facts. An event that still waits finds its facts here and adds
    nothing.
    """
    db.session.execute(delete(SaleFact).execution_options(synchronize_session=False))
    db.session.expire_all()
    return _fill(sold_lines(), OrderLine.id, sale_of) + _fill(refunded_lines(), RefundLine.id, refund_of)


def _fill(rows: Select[*tuple[Any, ...]], key: Any, fact_of: Callable[[Row[Any]], dict[str, Any]]) -> int:
    last, written = 0, 0
    while True:
        lines = db.session.execute(rows.where(key > last).limit(BATCH)).all()
        if not lines:
            return written
        db.session.execute(insert(SaleFact), [fact_of(line) for line in lines])
        last, written = lines[-1].id, written + len(lines)
