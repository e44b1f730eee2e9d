"""Property: whatever comes in, in whatever turns, every cell is what a count from zero makes of it."""

from dataclasses import asdict
from datetime import date
from typing import Any
from zlib import crc32

from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from marketplace.extensions import db
from marketplace.indicators import cell_proofs, cells, queries
from marketplace.indicators.cell_models import DirtyCell
from marketplace.indicators.inputs.models import DatedInput, VillageSnapshot
from marketplace.indicators.models import OutcomeFact, SaleFact
from marketplace.indicators.periods import period
from marketplace.indicators.standing_sums import SEEN
from marketplace.indicators.sums import Totals
from marketplace.kit.transaction import transaction
from marketplace.regions.models import CODE_LENGTHS
from tests import cast
from tests.indicators import recount, world

VILLAGES = (world.HANURA, world.HURUN, world.BAGELEN, world.PODOMORO)
PLACES = (*VILLAGES, world.TELUK_PANDAN, world.PESAWARAN, world.PRINGSEWU, world.LAMPUNG)
MONTHS = ("2025-12", "2026-09", "2026-10", "2026-11")
# What is known of villages beside sales: `cell_proofs` counts it again.
STANDING = (
    "households",
    "households_net",
    "known_households",
    *SEEN,
    "micro",
    "micro_households",
    "villages_seen",
    "outlet_days",
    "outlet_calendar",
    "villages_outlet",
)
PERIODS = (*MONTHS, "2025-Q4", "2026-Q3", "2026-Q4", "2025", "2026")

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


known: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "village_code": st.sampled_from(VILLAGES),
        "month": st.sampled_from(MONTHS),
        "number": st.integers(1, 900),
        "seen": yes_or_no,
    }
)
# What comes in together; how many of the oldest facts are gone; of how many village months the turn is (0:
# there is none before more comes in).
arrivals = st.tuples(
    st.lists(sales, max_size=9),
    st.lists(ends, max_size=4),
    st.lists(known, max_size=2),
    st.integers(0, 3),
    st.integers(0, 4),
)


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


class Market:
    """What has happened so far, in plain rows."""

    def __init__(self) -> None:
        self.facts: list[dict[str, Any]] = []
        self.outcomes: list[dict[str, Any]] = []
        self.number = 0

    def take_in(
        self, sold: list[dict[str, Any]], ended: list[dict[str, Any]], known: list[dict[str, Any]], gone: int
    ) -> None:
        """Let it come in, and mark what it concerns."""
        self.number += 100
        facts, outcomes = facts_of(sold, self.number), outcomes_of(ended, self.number)
        leaving, self.facts = self.facts[:gone], [*self.facts[gone:], *facts]
        self.outcomes += outcomes
        with transaction() as session:
            sources = [row["source"] for row in leaving]
            session.execute(delete(SaleFact).where(SaleFact.source.in_(sources)))
            for table, rows in ((SaleFact, facts), (OutcomeFact, outcomes)):
                if rows:
                    session.execute(insert(table), rows)
            for place, row in enumerate(known):
                _know(row, f"{self.number}-{place}", session)
            concerned = [*facts, *outcomes, *leaving, *known]
            cells.mark_all({(row["village_code"], row["month"]) for row in concerned}, at=world.AT)


def _know(row: dict[str, Any], source: str, session: Any) -> None:
    """Households of a village from a month on, and maybe a snapshot of the month."""
    village, day = row["village_code"], date.fromisoformat(f"{row['month']}-20")
    entered = {"kind": "households", "village_code": village, "as_of": day, "number": row["number"]}
    session.execute(insert(DatedInput), [entered | {"source": source, "entered_at": world.AT}])
    there = VillageSnapshot.village_code == village, VillageSnapshot.day == day
    if row["seen"] and session.scalar(select(VillageSnapshot.village_code).where(*there)) is None:
        numbers = dict.fromkeys((*SEEN, "micro"), row["number"] % 7)
        seen = {"village_code": village, "day": day, "outlet_active": True, "taken_at": world.AT}
        session.execute(insert(VillageSnapshot), [seen | numbers])
    cells.mark_from({village: day}, at=world.AT)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(arrivals, min_size=1, max_size=5))
def test_every_cell_is_its_count_from_zero_whatever_came_in_and_however_it_was_counted(
    app: Flask, story: list[Any]
) -> None:
    with app.app_context():
        world.clear()
        market = Market()
        for *what, portion in story:
            market.take_in(*what)
            while portion and cells.turn(portion):
                pass
        cells.refresh(at=world.AT)
        assert cell_proofs.differences() == []
        for place in PLACES:
            for key in PERIODS:
                compare(market, place, key)
        assert db.session.scalars(select(DirtyCell)).all() == []


def compare(market: Market, place: str, key: str) -> None:
    """What a page would read, beside the same counted in plain Python."""
    expected = asdict(recount.totals(market.facts, market.outcomes, place, period(key)))
    found = queries.totals(place, CODE_LENGTHS[len(place)], [period(key)]).get((place, key), Totals())
    told = {name: value for name, value in asdict(found).items() if name not in STANDING}
    assert told == {name: expected[name] for name in told}, (place, key)
