"""Decides which figures of the demo are final: the month before last is locked, one regency's last waits."""

from datetime import datetime

from marketplace.indicators import cells
from marketplace.indicators.periods import month
from marketplace.indicators.publishing import commanding, locking, readiness, releasing
from marketplace.kit.clock import month_wib
from marketplace.kit.transaction import transaction

WAITING = "18.10"


def publish(at: datetime) -> None:
    """Count and release everything that is over, then take the steps of the command and of one officer."""
    cells.refresh(at=at)
    releasing.release_due(at)
    last = month(month_wib(at)).back()
    for place in commanding.regions():
        with transaction():
            commanding.publish(place, last.back(), at=at)
            if place.code == WAITING and not readiness.blocking(place, last, at=at):
                locking.submit(locking.Act(place, last, None, at))
