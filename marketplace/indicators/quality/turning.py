"""Decides what the worker does once per WIB day: look, keep what is new, close what is gone."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.quality.looking import look
from marketplace.indicators.quality.models import GONE, Finding, QualityDay, Settlement
from marketplace.kit.clock import day_wib
from marketplace.kit.transaction import alone_with, append


def is_due(*, at: datetime) -> bool:
    """Whether nobody has looked on this WIB day."""
    return db.session.get(QualityDay, day_wib(at)) is None


def turn(*, at: datetime) -> int:
    """Look, and keep what is new; how much that is. Called in a transaction; again: nothing new."""
    alone_with("finding")
    found = {(each.kind, each.subject): each for each in look(at=at)}
    rows = db.session.execute(select(Finding.id, Finding.kind, Finding.subject)).all()
    before = {(row.kind, row.subject): row.id for row in rows}
    new = [asdict(each) | {"found_at": at} for key, each in found.items() if key not in before]
    if new:
        append(Finding, *new)
    settled = set(db.session.scalars(select(Settlement.finding_id)))
    gone = [number for key, number in before.items() if key not in found and number not in settled]
    if gone:
        append(Settlement, *({"finding_id": number, **_nobody(at)} for number in gone))
    if is_due(at=at):
        append(QualityDay, {"day": day_wib(at), "found": len(new), "looked_at": at})
    return len(new)


def _nobody(at: datetime) -> dict[str, object]:
    return {"outcome": GONE, "note": "", "by_id": None, "at": at}
