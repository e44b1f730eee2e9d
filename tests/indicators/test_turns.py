"""Facts made again, cells counted, inputs entered, figures locked, all at once: each waits for the other."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import insert, text

from marketplace.extensions import db
from marketplace.indicators import cell_proofs, cells, proofs, queries
from marketplace.indicators.inputs import kinds, recording
from marketplace.indicators.inputs.reading import Draft
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import period
from marketplace.indicators.publishing import locking
from marketplace.indicators.rebuilding import places, rebuild
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import region
from tests import cast
from tests.indicators import world

OCTOBER = period("2026-10")
LATER = datetime(2026, 11, 23, tzinfo=UTC)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def waits(other: "Future[Any]", engine_name: str) -> None:
    """See that the other waits for the open transaction. On SQLite it waits for its turn to write anyway."""
    while engine_name == "postgresql" and not db.session.scalar(WAITING):
        assert wait([other], timeout=0.1).not_done


def test_what_is_sold_while_facts_are_made_again_is_counted_once_with_its_circumstances(
    app: Flask, engine_name: str
) -> None:
    def sell() -> None:
        with app.app_context():
            world.sell({cast.CRACKERS: 1}, at=world.AT)

    with app.app_context(), ThreadPoolExecutor(1) as market:
        world.sell({cast.CHIPS: 2}, at=world.AT)
        sales: list[Future[None]] = []

        def tick(_done: int, _total: int) -> None:
            if not sales:
                sales.append(market.submit(sell))
                waits(sales[0], engine_name)

        with transaction():
            rebuild(at=world.AT, tick=tick)
            cells.recount(places())
        sales[0].result(timeout=30)
        assert len(world.stored()) == 2
        assert (proofs.differences(), cell_proofs.differences()) == ([], [])


def test_an_input_that_is_entered_while_the_first_cell_is_counted_is_in_it(
    app: Flask, engine_name: str
) -> None:
    def count() -> int:
        with app.app_context():
            return cells.turn()

    with app.app_context(), ThreadPoolExecutor(1) as worker:
        with transaction() as session:
            session.execute(insert(SaleFact), [world.fact(1, world.HANURA, 60_000)])
            cells.mark(world.HANURA, "2026-10", at=world.AT)
        with transaction():
            said = Draft(world.HANURA, kinds.HOUSEHOLDS, date(2026, 1, 1), "Profil desa", number=300)
            recording.record([said], by=None, at=world.AT)
            turn = worker.submit(count)
            waits(turn, engine_name)
        turn.result(timeout=30)
        cells.refresh(at=world.AT)
        assert queries.totals(world.HANURA, "village", [OCTOBER])[world.HANURA, OCTOBER.key].households == 300
        assert cell_proofs.differences() == []


def test_cells_stand_still_while_their_figures_are_locked(app: Flask, engine_name: str) -> None:
    def count() -> int:
        with app.app_context():
            return cells.turn()

    with app.app_context(), ThreadPoolExecutor(1) as worker:
        world.store([world.fact(1, world.HANURA, 60_000)])
        with transaction() as session:
            act = locking.Act(region(world.PESAWARAN), OCTOBER, None, LATER)
            locking.submit(act)
            locking.approve(act)
            session.execute(insert(SaleFact), [world.fact(2, world.HANURA, 9_000, "2026-11-02")])
            cells.mark(world.HANURA, "2026-11", at=world.AT)
        with transaction():
            locking.lock(act)
            turn = worker.submit(count)
            waits(turn, engine_name)
        assert turn.result(timeout=30) == 1
