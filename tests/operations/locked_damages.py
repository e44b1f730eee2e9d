"""Damages to what was locked: rows, hashes and steps of published figures."""

from datetime import timedelta

from marketplace.indicators import cells
from marketplace.indicators.periods import month
from marketplace.indicators.publishing import locking
from marketplace.kit.clock import month_wib
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import region
from tests import cast
from tests.factories import AT
from tests.operations.damage import change

SNAPSHOT = "SELECT id FROM figure_snapshot"
DAMAGES = [
    change(
        "terbitan",
        "figure_snapshot",
        SNAPSHOT,
        f"content_hash = '{'0' * 64}'",
        "snapshot {row} (18.09, ",
        what="another hash",
    ),
    change(
        "terbitan",
        "figure_snapshot",
        SNAPSHOT,
        "row_count = row_count + 1",
        "rows, but",
        what="another number of rows",
    ),
]


def lock_the_regency() -> None:
    """Let the figures of Hanura's regency be handed in, approved and locked once their month is over."""
    later = AT + timedelta(days=60)
    cells.refresh(at=AT)
    with transaction():
        act = locking.Act(region(cast.HANURA[:5]), month(month_wib(AT)), by=None, at=later)
        locking.submit(act)
        locking.approve(act)
        locking.lock(act)
