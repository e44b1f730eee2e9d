"""A village is missing from the month in which its last shop closed, not before, until one is open again."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from marketplace.extensions import db
from marketplace.indicators.uplift import monthly, presence
from marketplace.indicators.uplift.village import story
from marketplace.kit.transaction import transaction
from marketplace.sellers import reviewing
from marketplace.sellers.models import SUSPENDED, Shop
from tests import cast, factories
from tests.indicators import world

MAY, AUGUST = datetime(2026, 5, 20, 3, tzinfo=UTC), datetime(2026, 8, 3, 3, tzinfo=UTC)
# Midnight of the first of June in Lampung.
JUNE = datetime(2026, 5, 31, 17, tzinfo=UTC)


@pytest.fixture
def selling(app: Flask) -> Flask:
    """Hanura sells in every month of 2026 until October; its shop was opened in January."""
    with app.app_context():
        world.store(
            world.fact(number, world.HANURA, 1_000 * number, f"2026-{number:02d}-15")
            for number in range(1, 11)
        )
        with transaction() as session:
            session.execute(update(Shop).values(verified_at=datetime(2026, 1, 5, tzinfo=UTC)))
    return app


def decided(what: str, at: datetime) -> None:
    """The administrator closes the shop of Hanura, or opens it again."""
    with transaction():
        shop, by = factories.shop(cast.HER_SHOP), factories.person(cast.ADMIN)
        if what == "close":
            reviewing.suspend(shop, "Tidak menjawab", by=by, at=at, seen=None)
        else:
            reviewing.reopen(shop, "", by=by, at=at, seen=None)


def sold() -> tuple[int, tuple[int | None, ...]]:
    """The first month of Hanura, and what is seen of it."""
    [course] = monthly.courses(world.HANURA, at=world.AT)
    return course.first, course.sold


def test_a_village_that_left_is_missing_from_that_month_on_and_not_before(selling: Flask) -> None:
    with selling.app_context():
        first, everything = sold()
        assert everything == tuple(1_000 * number for number in range(1, 11))
        decided("close", MAY)
        # Orders from before still ended in June; they are no sales of a village that is there.
        assert sold() == (first, everything[:4])
        decided("open", AUGUST)
        assert sold() == (first, (*everything[:4], None, None, None, None, *everything[8:]))
        assert [each.sold for each in story(world.HANURA, "18.09", "", "semua", at=world.AT).months][
            -7:-4
        ] == [
            4_000,
            None,
            None,
        ]


def test_a_shop_that_closes_as_a_month_begins_has_the_whole_month_before(selling: Flask) -> None:
    with selling.app_context():
        decided("close", JUNE)
        assert len(sold()[1]) == 5


def test_a_village_stays_while_another_of_its_shops_is_open(selling: Flask) -> None:
    with selling.app_context():
        with transaction() as session:
            session.execute(update(Shop).where(Shop.slug == cast.HIS_SHOP).values(village_code=world.HANURA))
        db.session.remove()
        decided("close", MAY)
        assert len(sold()[1]) == 10


def test_a_shop_that_was_closed_before_decisions_were_kept_was_open_until_it_sold_last(
    selling: Flask,
) -> None:
    with selling.app_context():
        shop = factories.shop(cast.HER_SHOP)
        world.store(
            world.fact(number, world.HANURA, 1_000, f"2026-{number:02d}-15", shop_id=shop.id)
            for number in (1, 2, 3)
        )
        with transaction() as session:
            session.execute(update(Shop).where(Shop.id == shop.id).values(status=SUSPENDED))
        db.session.remove()
        gone = presence.gone(world.HANURA, ["2026-02", "2026-03", "2026-04"])
        assert gone == {world.HANURA: {"2026-03", "2026-04"}}
