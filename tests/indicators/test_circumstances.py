"""What is frozen beside a sale, how orders end, and what goods brought per kilogram: by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.catalog.models import Product
from marketplace.catalog.permits.models import Permit
from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.circumstances import says_farmer
from marketplace.indicators.models import OutcomeFact, SaleCircumstance
from marketplace.indicators.periods import period
from marketplace.kit.transaction import transaction
from marketplace.orders import steps
from tests import cast, factories
from tests.indicators import world

LAST_WITHOUT_HALAL = datetime(2026, 10, 16, 16, 59, 59, tzinfo=UTC)


def permit(kind: str) -> Permit:
    """A permit of her shop that covers all its goods and has no end."""
    shop = factories.shop(cast.HER_SHOP)
    return Permit(
        shop_id=shop.id,
        kind=kind,
        number="123",
        holder="Ibu",
        covers_all=True,
        added_by="seller:1",
        added_at=world.AT,
        verdict="verified",
    )


@pytest.mark.parametrize(
    ("kinds", "at", "licensed", "nib"),
    [
        ((), LAST_WITHOUT_HALAL, False, False),
        (("pirt", "nib"), LAST_WITHOUT_HALAL, True, True),
        (("pirt",), LAST_WITHOUT_HALAL + timedelta(seconds=1), False, False),
        (("pirt", "halal"), LAST_WITHOUT_HALAL + timedelta(seconds=1), True, False),
    ],
)
def test_papers_are_those_of_the_day_of_the_sale_with_halal_from_17_october(
    app: Flask, *, kinds: tuple[str, ...], at: datetime, licensed: bool, nib: bool
) -> None:
    with app.app_context():
        with transaction() as session:
            session.add_all([permit(kind) for kind in kinds])
            session.execute(update(Product).values(brand="Hanura Jaya", is_unggulan=True))
        world.sell({cast.CHIPS: 1}, at=at)
        [fact] = world.stored()
        assert (fact["packaged"], fact["licensed"], fact["nib"]) == (True, licensed, nib)
        assert (fact["unggulan"], fact["branded"], fact["section"]) == (True, True, "C")
        assert db.session.scalar(select(SaleCircumstance.brand)) == "Hanura Jaya"


@pytest.mark.parametrize(
    ("kind", "registration", "section", "said"),
    [
        ("umkm", None, "", None),
        ("umkm", None, "C", False),
        ("umkm", "KPB 12", "C", True),
        ("poktan", None, "", True),
        ("umkm", None, "A", True),
    ],
)
def test_a_farmer_is_who_says_so_and_silence_is_no_answer(
    kind: str, registration: str | None, section: str, said: bool | None
) -> None:
    assert says_farmer(kind, registration, section) is said


def test_an_outcome_tells_who_ended_it_how_early_and_how_long_it_took(app: Flask) -> None:
    at = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    with app.app_context():
        placed = [factories.order({cast.CHIPS: 1}, at=at).order.children[0].id for _number in range(3)]
        with transaction():
            steps.cancel(placed[0], actor="buyer", at=at + timedelta(minutes=59, seconds=59))
            steps.decline(placed[1], actor="seller:1", at=at + timedelta(hours=1), reason="habis")
            steps.accept(placed[2], actor="seller:1", at=at)
            steps.pack(placed[2], actor="seller:1", at=at)
            steps.ship(placed[2], actor="seller:1", at=at, courier="sendiri")
            steps.deliver(placed[2], actor="seller:1", at=at + timedelta(minutes=90, seconds=59))
            steps.complete(placed[2], actor="buyer", at=at + timedelta(hours=3))
        world.catch_up(at=at + timedelta(hours=4))
        rows = db.session.scalars(select(OutcomeFact).order_by(OutcomeFact.seller_order_id))
        assert [(row.status, row.ended_by, row.early, row.day, row.minutes) for row in rows] == [
            ("cancelled", "buyer", True, date(2026, 10, 31), None),
            ("declined", "seller", False, date(2026, 11, 1), None),
            ("completed", "buyer", False, date(2026, 11, 1), 90),
        ]
        found = queries.totals(cast.HANURA, "village", [period("2026-11")])[cast.HANURA, "2026-11"]
        assert (found.ended, found.kept, found.timed, found.median_minutes) == (2, 1, 1, 90)


def test_a_price_is_rupiah_by_kilograms_of_one_grade_beside_the_kabupaten(app: Flask) -> None:
    """Hanura: 2.5 kg for 50,000; Hurun: 2.5 kg for 40,000; together 18,000 a kilogram. Grade B apart."""
    with app.app_context():
        world.store(
            [
                world.fact(1, world.HANURA, 60_000, grams=3_000, grade="A"),
                world.fact(2, world.HANURA, -10_000, "2026-10-20", grams=-500, grade="A"),
                world.fact(3, world.HURUN, 40_000, grams=2_500, grade="A"),
                world.fact(4, world.HANURA, 9_999, grams=1_000, grade="B"),
                world.fact(5, world.HANURA, 77_000, grams=None, grade="A"),
            ]
        )
        found = queries.prices(world.HANURA, "village", period("2026-Q4"))
        assert [(row.grade, row.grams, row.per_kg, row.around_per_kg) for row in found] == [
            ("A", 2_500, Decimal(20_000), Decimal(18_000)),
            ("B", 1_000, Decimal(9_999), Decimal(9_999)),
        ]
        [above, _grade_b] = queries.prices(world.LAMPUNG, "province", period("2026-10"))
        assert (above.per_kg, above.around_per_kg) == (Decimal(18_000), None)
