"""Decides when permits are looked after: reminders before their end, goods that lack one. A worker's job."""

from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, or_, select

from marketplace.catalog.permits import gaps
from marketplace.catalog.permits.models import Permit
from marketplace.catalog.permits.standing import holds
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import locked, transaction

STEPS = (60, 30, 7)
"""Days before the end of a permit on which its shop is reminded; a renewal of P-IRT takes weeks."""


def watch(at: datetime) -> int:
    """Remind, tell the end, give notice and pause; answers how much was done. Opens transactions of its own.

    Everything follows from rows, so that cut at any point and run again, nobody is told twice.
    """
    done = 0
    # What ended a moment ago is met and paused in the same round.
    for step in (remind, tell_ends, gaps.meet, gaps.pause_due):
        some = gaps.MOST
        # A portion at a time, so that nobody waits long for their turn to write.
        while some >= gaps.MOST:
            with transaction():
                some = step(at=at)
            done += some
    return done


def remind(*, at: datetime) -> int:
    """Announce `permit.expiring` once per step of `STEPS`; one met late hears of the nearest step only."""
    today, done = day_wib(at), 0
    near = (
        and_(
            Permit.expires_on <= today + timedelta(days=step),
            or_(Permit.reminded.is_(None), Permit.reminded > step),
        )
        for step in STEPS
    )
    rows = select(Permit).where(holds(today), or_(*near))
    for permit in _locked(rows.order_by(Permit.id).limit(gaps.MOST)):
        left = _days(permit, today)
        permit.reminded = min(step for step in STEPS if left <= step)
        _tell("permit.expiring", permit, left, at)
        done += 1
    db.session.flush()
    return done


def tell_ends(*, at: datetime) -> int:
    """Announce `permit.expired` once for each permit that is over and that nothing followed."""
    today = day_wib(at)
    # On the last day it still held, and nothing had followed it.
    rows = select(Permit).where(
        holds(date.min), Permit.expires_on < today, or_(Permit.reminded.is_(None), Permit.reminded != 0)
    )
    ended = _locked(rows.order_by(Permit.id).limit(gaps.MOST))
    for permit in ended:
        permit.reminded = 0
        _tell("permit.expired", permit, 0, at)
    db.session.flush()
    return len(ended)


def _days(permit: Permit, today: date) -> int:
    return (permit.expires_on - today).days if permit.expires_on else STEPS[0]


def _locked(rows: Select[Permit]) -> list[Permit]:
    return list(db.session.scalars(locked(rows, of=Permit)).unique())


def _tell(kind: str, permit: Permit, days: int, at: datetime) -> None:
    told = {
        "permit_id": permit.id,
        "shop_id": permit.shop_id,
        "product_ids": gaps.depend_on(permit),
        "days": days,
    }
    announce(kind, f"permit:{permit.id}", told, at=at)
