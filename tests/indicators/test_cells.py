"""Every cell is what the facts under it come to, at every level and length, however they came in."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, update

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.indicators import cell_proofs, cells, queries
from marketplace.indicators.cell_models import Cell, CellSpread, ShopMonth
from marketplace.indicators.inputs.models import DatedInput, VillageSnapshot
from marketplace.indicators.models import SaleCircumstance, SaleFact
from marketplace.indicators.periods import period
from marketplace.indicators.rebuilding import places, rebuild
from marketplace.indicators.sums import Totals
from marketplace.kit.transaction import transaction
from marketplace.orders import steps
from marketplace.regions.models import LEVELS, Region
from marketplace.sellers.models import Shop
from tests import cast, factories
from tests.indicators import world

VILLAGES = (world.HANURA, world.HURUN, world.BAGELEN, world.PODOMORO)
PLACES = (*VILLAGES, world.TELUK_PANDAN, world.PESAWARAN, world.PRINGSEWU, world.LAMPUNG)
MONTHS = ("2025-12", "2026-09", "2026-10", "2026-11")
PERIODS = ("2026-09", "2026-10", "2025-Q4", "2026-Q4", "2026")
LEVEL = {13: LEVELS[3], 8: LEVELS[2], 5: LEVELS[1], 2: LEVELS[0]}


def totals(place: str, key: str) -> Totals:
    """The sums that a page would read."""
    found = queries.totals(place, LEVEL[len(place)], [period(key)])
    return found.get((place, key), Totals())


def test_what_waits_to_be_counted_holds_the_cutoff_back_and_reading_counts_nothing(app: Flask) -> None:
    early = world.AT.replace(day=2)
    with app.app_context():
        world.store([world.fact(1, world.HANURA, 5_000)])
        with transaction() as session:
            session.execute(insert(SaleFact), [world.fact(2, world.HANURA, 7_000)])
            cells.mark(world.HANURA, "2026-10", at=early)
        assert (totals(world.LAMPUNG, "2026-10").net, queries.cutoff(world.AT)) == (5_000, early)
        cells.refresh(at=world.AT)
        assert (totals(world.LAMPUNG, "2026-10").net, queries.cutoff(world.AT)) == (12_000, world.AT)


def test_what_is_known_of_villages_stands_at_the_end_of_the_period_and_is_added_up(app: Flask) -> None:
    """Hanura: 300 households, 320 from November on; Hurun: unknown. Snapshots of the end of October."""
    with app.app_context():
        with transaction() as session:
            for code, verified, micro in ((world.HANURA, 5, 2), (world.HURUN, 3, 1)):
                for day in (30, 31):
                    session.add(snapshot(code, date(2026, 10, day), verified, micro, outlet=day == 31))
            for since, number in ((date(2026, 1, 1), 300), (date(2026, 11, 2), 320)):
                session.add(households(world.HANURA, since, number))
        world.store(
            [
                world.fact(1, world.HANURA, 90_000),
                world.fact(2, world.HURUN, 10_000),
                world.fact(3, world.HANURA, 30_000, "2026-11-05"),
            ]
        )
        found = totals(world.PESAWARAN, "2026-10")
        assert (found.households, found.households_net, found.known_households) == (300, 90_000, 1)
        assert (found.verified, found.villages_seen, found.micro, found.micro_households) == (8, 2, 2, 300)
        assert (found.outlet_days, found.outlet_calendar, found.villages_outlet) == (2, 2, 2)
        quarter = totals(world.PESAWARAN, "2026-Q4")
        assert (quarter.households, quarter.households_net) == (320, 120_000)
        assert cell_proofs.differences() == []


def snapshot(code: str, day: date, verified: int, micro: int, *, outlet: bool) -> VillageSnapshot:
    return VillageSnapshot(
        village_code=code,
        day=day,
        verified=verified,
        micro=micro,
        active_products=10,
        fresh_products=4,
        outlet_active=outlet,
        taken_at=world.AT,
    )


def households(code: str, day: date, number: int) -> DatedInput:
    return DatedInput(
        village_code=code,
        kind="households",
        as_of=day,
        number=number,
        source="Profil desa",
        entered_at=world.AT,
    )


def all_cells() -> list[Any]:
    """Every cell, value by value."""
    return [
        tuple(row) for row in db.session.execute(select(Cell.__table__).order_by("region_code", "period_key"))
    ]


def test_renaming_moving_and_changing_afterwards_moves_no_figure_and_a_rebuild_makes_the_same(
    app: Flask,
) -> None:
    sold = datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC)
    with app.app_context():
        world.sell({cast.CHIPS: 2, cast.COFFEE: 1}, at=sold)
        declined = factories.order({cast.CRACKERS: 1}, at=sold).order.children[0].id
        with transaction():
            steps.decline(declined, actor="seller:1", at=sold, reason="habis")
        world.catch_up(at=sold)
        before = all_cells()
        assert totals(world.LAMPUNG, "2026-10").ended == 3
        with transaction() as session:
            session.execute(update(Product).values(brand="Merek Baru", is_unggulan=True, grade="A"))
            session.execute(
                update(Shop).values(woman_led=True, kind="bumdes", village_code=world.BAGELEN, sector="A")
            )
            session.execute(update(Region).where(Region.code == world.HANURA).values(name="Nama Baru"))
        with transaction():
            rebuild(at=world.AT)
        assert cells.refresh(at=world.AT) > 0
        assert all_cells() == before
        assert not any(db.session.scalars(select(SaleCircumstance.late)))
        assert cell_proofs.differences() == []


def test_what_is_damaged_stays_so_through_turns_until_all_is_counted_from_zero(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 2, cast.COFFEE: 1}, at=world.AT)
        before = all_cells()
        with transaction() as session:
            session.execute(update(Cell).values(net=7, buyers=7))
            session.execute(update(CellSpread).values(amounts={}))
            session.execute(update(ShopMonth).values(net=7))
            cells.mark(world.PODOMORO, "2026-11", at=world.AT)
        cells.refresh(at=world.AT)
        assert len(cell_proofs.differences()) > 20
        with transaction():
            cells.recount(places())
        assert (all_cells(), cell_proofs.differences()) == (before, [])
