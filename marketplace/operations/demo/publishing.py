"""Decides which figures of the demo are final: the month before last is locked, one regency's last waits."""

from datetime import datetime

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators import cells
from marketplace.indicators.inputs import kinds, recording
from marketplace.indicators.inputs.reading import Draft
from marketplace.indicators.periods import Period, month
from marketplace.indicators.publishing import commanding, locking, queries, readiness, releasing, revising
from marketplace.kit.clock import month_wib
from marketplace.kit.transaction import transaction
from marketplace.operations.demo.goods import HANURA
from marketplace.operations.demo.villages import SOURCE
from marketplace.regions.queries import region

WAITING, LATE_DAYS = "18.10", 27


def publish(at: datetime, *, officer: str) -> None:
    """Count and release everything that is over, then take the steps of the command and of officers.

    The officer with this e-mail address hears late of a locked month, and proposes a revision.
    """
    cells.refresh(at=at)
    releasing.release_due(at)
    last = month(month_wib(at)).back()
    for place in commanding.regions():
        with transaction():
            commanding.publish(place, last.back(), at=at)
            if place.code == WAITING and not readiness.blocking(place, last, at=at):
                locking.submit(locking.Act(place, last, None, at))
    if queries.newest_revision(HANURA[:5], last.back()):
        _hear_late(last.back(), officer, at)


def _hear_late(locked: Period, officer: str, at: datetime) -> None:
    """The outlet's book is found: it was open on more days than was said before its month was locked."""
    by = db.session.scalars(select(User).where(User.email == officer)).unique().one()
    first = locked.last_day.replace(day=1)
    days = Draft(HANURA, kinds.OUTLET_DAYS, first, SOURCE, series=locked.key, number=LATE_DAYS)
    with transaction():
        recording.record([days], by=by, at=at)
    cells.refresh(at=at)
    with transaction():
        act = locking.Act(region(HANURA[:5]), locked, by.id, at)
        revising.propose(act, "Buku gerai Hanura baru ditemukan: gerai buka 27 hari", seen=1)
