"""Every cell is what the facts under it come to, at every level and length, however they came in."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from zlib import crc32

from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.indicators import cell_proofs, cells, queries
from marketplace.indicators.cell_models import Cell, DirtyCell
from marketplace.indicators.inputs.models import DatedInput, VillageSnapshot
from marketplace.indicators.models import OutcomeFact, SaleCircumstance, SaleFact
from marketplace.indicators.periods import period
from marketplace.indicators.rebuilding import rebuild
from marketplace.indicators.sums import Totals
from marketplace.kit.transaction import transaction
from marketplace.orders import steps
from marketplace.regions.models import LEVELS, Region
from marketplace.sellers.models import Shop
from tests import cast, factories
from tests.indicators import recount, world

VILLAGES = (world.HANURA, world.HURUN, world.BAGELEN, world.PODOMORO)
PLACES = (*VILLAGES, world.TELUK_PANDAN, world.PESAWARAN, world.PRINGSEWU, world.LAMPUNG)
MONTHS = ("2025-12", "2026-09", "2026-10", "2026-11")
PERIODS = ("2026-09", "2026-10", "2025-Q4", "2026-Q4", "2026")
LEVEL = {13: LEVELS[3], 8: LEVELS[2], 5: LEVELS[1], 2: LEVELS[0]}

yes_or_no = st.sampled_from([True, False])
said = st.sampled_from([True, False, None])
sales: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "village_code": st.sampled_from(VILLAGES),
        "month": st.sampled_from(MONTHS),
        # Squares of such rupiah do not fit in 64 bits.
        "net": st.integers(-50_000, 200_000) | st.just(5_000_000_000_123),
        "grams": st.none() | st.integers(1, 9_000),
        "shop_id": st.integers(1, 4),
        "product_id": st.integers(1, 5),
        "seller_order_id": st.integers(1, 2),
        "buyer_key": st.sampled_from("abcd"),
        "category_slug": st.sampled_from(["kopi", "madu", "jagung"]),
        "section": st.sampled_from(["A", "C", "G", ""]),
        "payment_method": st.sampled_from(["cod", "ambil", "stripe", "qris"]),
        "delivery_method": st.sampled_from(["antar", "titip"]),
        "destination_code": st.sampled_from([*VILLAGES, cast.JAKARTA, "18.71.01.1001"]),
        "shop_kind": st.sampled_from(["umkm", "bumdes"]),
        "channel": st.sampled_from(["online", "assisted"]),
        **dict.fromkeys(("unggulan", "branded", "packaged", "licensed", "nib", "government"), yes_or_no),
        **dict.fromkeys(("farmer", "woman_led"), said),
    }
)
ends: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "village_code": st.sampled_from(VILLAGES),
        "month": st.sampled_from(MONTHS),
        "status": st.sampled_from(["completed", "declined", "cancelled"]),
        "early": yes_or_no,
        "delivery_method": st.sampled_from(["antar", "ambil", "jasa", "ekspedisi"]),
        "minutes": st.none() | st.integers(0, 9_999),
        "complaint_minutes": st.none() | st.integers(0, 9_999),
    }
)


def totals(place: str, key: str) -> Totals:
    """The sums that a page would read."""
    found = queries.totals(place, LEVEL[len(place)], [period(key)])
    return found.get((place, key), Totals())


def facts_of(drawn: list[dict[str, Any]], first: int = 1) -> list[dict[str, Any]]:
    return [
        world.fact(number, each["village_code"], each["net"], f"{each['month']}-15")
        | each
        | {"seller_order_id": _order_of(each)}
        for number, each in enumerate(drawn, first)
    ]


def _order_of(drawn: dict[str, Any]) -> int:
    """An order is of one seller's village, one day, one buyer, and goes to one place."""
    one = ("village_code", "month", "shop_id", "buyer_key", "destination_code", "seller_order_id")
    return crc32(repr([drawn[name] for name in one]).encode())


def outcomes_of(drawn: list[dict[str, Any]], first: int = 1) -> list[dict[str, Any]]:
    rows = [
        world.outcome(number, each["village_code"], f"{each['month']}-15") | each
        for number, each in enumerate(drawn, first)
    ]
    # Only what was completed took its minutes, and only what was not can be taken back early.
    return [
        row | {"early": False} if row["status"] == "completed" else row | {"minutes": None} for row in rows
    ]


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    first=st.lists(sales, max_size=25),
    later=st.lists(sales, max_size=6),
    ended=st.lists(ends, max_size=12),
    ended_later=st.lists(ends, max_size=3),
)
def test_every_cell_is_its_recomputation_whatever_came_in_before_and_after(
    app: Flask,
    first: list[dict[str, Any]],
    later: list[dict[str, Any]],
    ended: list[dict[str, Any]],
    ended_later: list[dict[str, Any]],
) -> None:
    with app.app_context():
        facts, outcomes = facts_of(first), outcomes_of(ended)
        world.store(facts, outcomes)
        more, more_ends = facts_of(later, 1_000), outcomes_of(ended_later, 1_000)
        with transaction() as session:
            for table, rows in ((SaleFact, more), (OutcomeFact, more_ends)):
                if rows:
                    session.execute(insert(table), rows)
                cells.mark_all({(row["village_code"], row["month"]) for row in rows}, at=world.AT)
        cells.refresh(at=world.AT)
        for place in PLACES:
            for key in PERIODS:
                expected = recount.totals([*facts, *more], [*outcomes, *more_ends], place, period(key))
                assert asdict(totals(place, key)) == asdict(expected), (place, key)
        assert db.session.scalars(select(DirtyCell)).all() == []


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
