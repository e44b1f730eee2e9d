"""Two officers lock the same figures at once: one of them does, the other is told that it is done."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from flask import Flask

from marketplace.extensions import db
from marketplace.indicators.periods import period
from marketplace.indicators.publishing import locking
from marketplace.indicators.publishing.queries import revisions
from marketplace.kit.errors import Conflict
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import region
from tests.indicators import world

OCTOBER = period("2026-10")
LATER = datetime(2026, 11, 23, tzinfo=UTC)


def test_of_two_who_lock_at_once_one_does(app: Flask) -> None:
    with app.app_context():
        world.store([world.fact(1, world.HANURA, 60_000)])
        with transaction():
            act = locking.Act(region(world.PESAWARAN), OCTOBER, None, LATER)
            locking.submit(act)
            locking.approve(act)
        db.session.remove()
    together = Barrier(2, timeout=30)

    def lock(_number: int) -> bool:
        with app.app_context():
            try:
                together.wait()
                with transaction():
                    locking.lock(locking.Act(region(world.PESAWARAN), OCTOBER, None, LATER))
            except Conflict:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lock, range(2))) == [False, True]
    with app.app_context():
        assert len(revisions(world.PESAWARAN, OCTOBER)) == 1
