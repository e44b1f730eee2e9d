"""The figures of one regency and month, locked by those whose work it is."""

from datetime import timedelta

from marketplace.indicators import cells
from marketplace.indicators.periods import month
from marketplace.indicators.publishing import locking
from marketplace.kit.clock import month_wib
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import region
from tests import cast
from tests.factories import AT


def lock_the_regency() -> None:
    """Let the figures of Hanura's regency be handed in, approved and locked once their month is over."""
    later = AT + timedelta(days=60)
    cells.refresh(at=AT)
    with transaction():
        act = locking.Act(region(cast.HANURA[:5]), month(month_wib(AT)), by=None, at=later)
        locking.submit(act)
        locking.approve(act)
        locking.lock(act)
