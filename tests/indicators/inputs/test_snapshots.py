"""A day leaves one snapshot of each village with shops, when it is over; a day nobody saw has none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog import freshness
from marketplace.extensions import db
from marketplace.indicators import cells
from marketplace.indicators.inputs import outlets, snapshots
from marketplace.indicators.inputs.models import VillageSnapshot
from marketplace.kit.transaction import transaction
from marketplace.sellers.models import SUSPENDED
from tests import cast, factories
from tests.indicators.inputs.test_known import marked

HANURA = cast.HANURA
MORNING = datetime(2026, 11, 20, 17, 0, 5, tzinfo=UTC)
"""Five seconds into 21 November in WIB."""

DAY = date(2026, 11, 20)


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application's context for the whole test."""
    with app.app_context():
        yield


def take(at: datetime) -> int:
    """What the worker does in its turn."""
    with transaction():
        return snapshots.take(at=at)


@pytest.mark.usefixtures("context")
def test_the_snapshot_is_of_the_day_that_is_over_and_taken_once() -> None:
    assert snapshots.is_due(at=MORNING)
    assert take(MORNING) == 2
    assert not snapshots.is_due(at=MORNING)
    assert take(MORNING + timedelta(hours=20)) == 0
    assert db.session.scalar(select(func.count()).select_from(VillageSnapshot)) == 2
    assert snapshots.at(DAY, [HANURA])[HANURA].day == DAY
    assert snapshots.at(DAY - timedelta(days=1)) == {}


@pytest.mark.usefixtures("context")
def test_a_month_is_counted_again_after_each_of_its_snapshots() -> None:
    for days in range(2):
        take(MORNING + timedelta(days=days))
        assert marked() == {(HANURA, "2026-11"), (cast.PODOMORO, "2026-11")}
        cells.refresh(at=MORNING)
        assert marked() == set()


@pytest.mark.usefixtures("context")
def test_days_without_a_worker_stay_empty() -> None:
    take(MORNING)
    take(MORNING + timedelta(days=3))
    days = db.session.scalars(select(VillageSnapshot.day).distinct().order_by(VillageSnapshot.day)).all()
    assert days == [DAY, DAY + timedelta(days=3)]
    assert snapshots.at(DAY + timedelta(days=2))[HANURA].day == DAY
    assert snapshots.at(DAY + timedelta(days=40)) == {}


@pytest.mark.usefixtures("context")
def test_shops_and_goods_are_counted_as_they_stand() -> None:
    with transaction():
        shop = factories.shop(cast.HER_SHOP)
        shop.sector, shop.workers = "C", 4
        other = factories.shop(cast.HIS_SHOP)
        other.sector, other.workers = "C", 5
        freshness.confirm_all(shop, at=MORNING - timedelta(days=14, seconds=4))
        factories.product(cast.CHIPS).confirmed_at = MORNING - timedelta(days=14, seconds=6)
        factories.product(cast.COFFEE).variants[0].on_demand = True
        factories.product(cast.RARE_COFFEE).status = "paused"
    take(MORNING)
    found = snapshots.at(DAY)
    hers, his = found[HANURA], found[cast.PODOMORO]
    assert (hers.verified, hers.micro, hers.active_products, hers.fresh_products) == (1, 1, 3, 2)
    assert (his.verified, his.micro, his.active_products, his.fresh_products) == (1, 0, 1, 1)


@pytest.mark.usefixtures("context")
def test_a_village_whose_last_shop_went_has_zeros_and_no_old_numbers() -> None:
    take(MORNING)
    with transaction():
        factories.shop(cast.HER_SHOP).status = SUSPENDED
    take(MORNING + timedelta(days=1))
    after = snapshots.at(DAY + timedelta(days=1))[HANURA]
    assert (after.verified, after.active_products) == (0, 0)


@pytest.mark.usefixtures("context")
def test_an_outlet_is_active_on_the_day_its_people_act() -> None:
    placed = factories.order({cast.CHIPS: 1}, at=MORNING - timedelta(days=2))
    factories.deliver(placed.order.children[0], at=MORNING - timedelta(days=1))
    assert outlets.active(date(2026, 11, 1), DAY) == set()
    with transaction():
        factories.shop(cast.HER_SHOP).kind = "bumdes"
    yesterday = DAY
    assert outlets.active(date(2026, 11, 1), DAY) == {(HANURA, yesterday)}
    take(MORNING)
    assert snapshots.outlet_days(DAY, DAY)[HANURA] == (1, 1)
