"""What the public reads of a released period stays until it is locked, and changes then only by revision."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.extensions import db
from marketplace.indicators.inputs import kinds, recording
from marketplace.indicators.inputs.reading import Draft
from marketplace.indicators.periods import period
from marketplace.indicators.publishing import commanding, released, releasing, revising
from marketplace.indicators.publishing.locking import Act
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import region
from tests import cast
from tests.browsing import Browser
from tests.indicators import world

OCTOBER = period("2026-10")
LATER = datetime(2026, 11, 23, tzinfo=UTC)
FACTS = [
    world.fact(number, world.HANURA, 10_000, shop_id=number % 4, seller_order_id=number)
    for number in range(1, 9)
]
LATE = world.fact(9, world.HANURA, 7_000, shop_id=1)


@pytest.fixture
def market(app: Flask) -> Flask:
    """An October of a village that is large enough to be shown, released."""
    with app.app_context():
        world.store(FACTS)
        releasing.release_due(now())
        db.session.remove()
    return app


def _values(browser: Any, code: str) -> dict[str, Any]:
    """What a reader is told of an indicator: by the API of the village and the regency, and by the file."""
    told = {}
    for place, level in (
        (world.HANURA, "village"),
        (world.PESAWARAN, "regency"),
        (world.LAMPUNG, "province"),
    ):
        address = f"/api/v1/indicators?region={place}&level={level}&period=2026-10&code={code}"
        told[place] = browser.get(address).get_json()["items"][0]
    rows = csv.DictReader(io.StringIO(browser.get("/data/indikator.csv").text.removeprefix("\ufeff")))
    told["file"] = {row["kode_wilayah"]: row["nilai"] for row in rows if row["indikator"] == code}
    return told


def _enter_outlet_days(days: int) -> None:
    with transaction():
        said = Draft(
            world.HANURA, kinds.OUTLET_DAYS, date(2026, 10, 1), "Buku gerai", series="2026-10", number=days
        )
        recording.record([said], by=None, at=LATER)
    world.catch_up(at=LATER)


def test_an_input_after_the_release_reaches_the_public_with_the_lock(market: Flask) -> None:
    visitor = market.test_client()
    before = _values(visitor, "SE-17")
    assert before[world.HANURA]["value"] is None
    with market.app_context():
        _enter_outlet_days(20)
        db.session.remove()
    assert _values(visitor, "SE-17") == before
    own = Browser(market, cast.REGENCY_OFFICER)
    address = f"/api/v1/indicators?region={world.HANURA}&period=2026-10&code=SE-17"
    assert own.get(address).get_json()["items"][0]["value"] == 64.5
    _publish(market)
    after = _values(visitor, "SE-17")
    assert (after[world.HANURA]["value"], after[world.HANURA]["revision"]) == (64.5, 1)
    assert after["file"][world.HANURA] == "64.5"


def test_an_input_inside_a_locked_month_reaches_the_public_with_a_revision(market: Flask) -> None:
    visitor = market.test_client()
    _publish(market)
    before = _values(visitor, "SE-17")
    with market.app_context():
        _enter_outlet_days(20)
        assert _values(visitor, "SE-17") == before
        with transaction():
            revising.propose(Act(region(world.PESAWARAN), OCTOBER, None, LATER), "Buku gerai", seen=1)
        assert _values(visitor, "SE-17") == before
        with transaction():
            revising.revise(Act(region(world.PESAWARAN), OCTOBER, None, LATER), proposal=1)
        db.session.remove()
    after = _values(visitor, "SE-17")[world.HANURA]
    assert (after["value"], after["revision"], after["recount"]) == (64.5, 2, None)


def test_a_late_sale_is_told_to_the_public_by_no_number_before_it_is_locked(market: Flask) -> None:
    visitor = market.test_client()
    before = _values(visitor, "SE-01")
    with market.app_context():
        world.store([*FACTS, LATE])
        db.session.remove()
    assert _values(visitor, "SE-01") == before
    assert before[world.HANURA]["value"] == before[world.LAMPUNG]["value"] == 80_000
    assert before["file"] == {world.HANURA: "80000"} | dict.fromkeys(
        (world.TELUK_PANDAN, world.PESAWARAN, world.LAMPUNG), "80000"
    ) | {code: "" for code, value in before["file"].items() if not value}


def test_a_release_from_before_its_figures_were_kept_is_caught_up_once(market: Flask) -> None:
    with market.app_context():
        assert released.untold() == []
        for change in ("UPDATE released_figures SET region_code = 'x'", "DELETE FROM released_figures"):
            with pytest.raises(DBAPIError), transaction() as session:
                session.execute(text(change))
        earlier = period("2026-08")
        with transaction():
            releasing.keep(earlier, {"turnover": frozenset({world.PESAWARAN})}, at=LATER)
        assert [each for each, _shown in released.untold()] == [earlier]
        releasing.release_due(now())
        assert released.untold() == []


def _publish(market: Flask) -> None:
    with market.app_context():
        with transaction():
            told = commanding.publish(region(world.PESAWARAN), OCTOBER, at=LATER)
        assert told.state == "locked"
        db.session.remove()
