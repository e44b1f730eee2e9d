"""Decides what the worker does once per WIB day: look, keep what is new, close what is gone."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.models import FactExclusion
from marketplace.indicators.periods import month
from marketplace.indicators.quality.looking import MONTH, NEW, SALES, look
from marketplace.indicators.quality.models import GONE, Finding, QualityDay, Settlement
from marketplace.kit.clock import day_wib, month_wib
from marketplace.kit.transaction import alone_with, append
from marketplace.orders.models import SellerOrder


def is_due(*, at: datetime) -> bool:
    """Whether nobody has looked on this WIB day."""
    return db.session.get(QualityDay, day_wib(at)) is None


def turn(*, at: datetime) -> int:
    """Look, and keep what is new; how much that is. Called in a transaction; again: nothing new."""
    alone_with("finding")
    found = {(each.kind, each.subject): each for each in look(at=at)}
    rows = db.session.execute(
        select(
            Finding.id, Finding.kind, Finding.subject, SellerOrder.completed_at, FactExclusion.id.label("out")
        )
        .outerjoin(SellerOrder, SellerOrder.id == Finding.seller_order_id)
        .outerjoin(FactExclusion, FactExclusion.seller_order_id == Finding.seller_order_id)
    ).all()
    before = {(row.kind, row.subject): row for row in rows}
    new = [asdict(each) | {"found_at": at} for key, each in found.items() if key not in before]
    if new:
        append(Finding, *new)
    settled = set(db.session.scalars(select(Settlement.finding_id)))
    gone = [
        row.id
        for key, row in before.items()
        if key not in found and row.id not in settled and _looked_at(row, at)
    ]
    if gone:
        append(Settlement, *({"finding_id": number, **_nobody(at)} for number in gone))
    if is_due(at=at):
        append(QualityDay, {"day": day_wib(at), "found": len(new), "looked_at": at})
    return len(new)


def _looked_at(row: Any, at: datetime) -> bool:
    """Whether it would be found again if it still were so; a sale or month of long ago is not looked at."""
    if row.kind in SALES:
        return row.out is not None or (row.completed_at is not None and row.completed_at >= at - NEW)
    return row.kind != MONTH or str(row.subject).endswith(month(month_wib(at)).back().key)


def _nobody(at: datetime) -> dict[str, object]:
    return {"outcome": GONE, "note": "", "by_id": None, "at": at}
