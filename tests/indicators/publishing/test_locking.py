"""Figures become final step by step, by the right officers, and stay so until a revision says why."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.periods import period
from marketplace.indicators.publishing import commanding, locking, proofs, releasing
from marketplace.indicators.publishing import queries as publications
from marketplace.indicators.publishing.snapshots import Key, Row, rows_in
from marketplace.indicators.publishing.suppression import Shown
from marketplace.kit.errors import Conflict
from marketplace.kit.transaction import transaction
from marketplace.regions.models import Region
from marketplace.regions.queries import region
from tests import cast
from tests.browsing import Browser
from tests.indicators import world

OCTOBER = period("2026-10")
LATER = datetime(2026, 11, 23, tzinfo=UTC)
PAGE = f"/program/terbitan/{world.PESAWARAN}/2026-10"
FACTS = [world.fact(1, world.HANURA, 60_000), world.fact(2, world.BAGELEN, 40_000, shop_id=2)]


@pytest.fixture
def market(app: Flask) -> Flask:
    """An October in two villages of one regency."""
    with app.app_context():
        world.store(FACTS)
        db.session.remove()
    return app


def _turnover(code: str = world.PESAWARAN, level: str = "regency") -> int | None:
    found = queries.figures(code, level, OCTOBER, at=LATER)
    return next(int(each.value or 0) for each in found if each.code == "SE-01")


def _locked() -> dict[Key, Row]:
    """What is locked of the regency, by region and code."""
    return rows_in(publications.revisions(world.PESAWARAN, OCTOBER)[0].body)


def _lock() -> None:
    with transaction():
        act = locking.Act(region(world.PESAWARAN), OCTOBER, None, LATER)
        locking.submit(act)
        locking.approve(act)
        locking.lock(act)


def test_the_regency_hands_in_and_the_province_makes_final(market: Flask) -> None:
    regency = Browser(market, cast.REGENCY_OFFICER)
    province = Browser(market, cast.PROVINCE_OFFICER)
    assert province.post(f"{PAGE}/kunci").status_code == 409
    assert regency.post(f"{PAGE}/ajukan").status_code == 303
    assert regency.post(f"{PAGE}/setujui").status_code == 404
    assert province.post(f"{PAGE}/kembalikan", {"alasan": " "}).status_code == 422
    assert province.post(f"{PAGE}/kembalikan", {"alasan": "Bagelen kurang"}).status_code == 303
    assert "Bagelen kurang" in regency.get(PAGE).text
    for who, step in ((regency, "ajukan"), (province, "setujui"), (province, "kunci")):
        assert who.post(f"{PAGE}/{step}").status_code == 303
    assert province.post(f"{PAGE}/kunci").status_code == 409
    assert "Terkunci" in regency.get(PAGE).text
    with market.app_context():
        assert publications.state_of(world.HANURA, OCTOBER) == "locked"
        [snapshot] = publications.revisions(world.PESAWARAN, OCTOBER)
        taken = snapshot.content_hash
    assert sha256(regency.get(f"{PAGE}/revisi/1").data).hexdigest() == taken


@pytest.mark.parametrize(
    "email",
    [cast.OPERATOR, cast.DISTRICT_OFFICER, cast.VILLAGE_OFFICER_OF_ELSEWHERE, cast.FINANCE, cast.SELLER],
)
def test_nobody_else_takes_a_step_or_sees_the_publication(market: Flask, email: str) -> None:
    browser = Browser(market, email)
    assert browser.get(PAGE).status_code == 404
    assert browser.post(f"{PAGE}/ajukan").status_code == 404


def test_a_locked_figure_stands_until_a_revision_with_both_visible(market: Flask) -> None:
    with market.app_context():
        _lock()
        world.store([*FACTS, world.fact(3, world.HANURA, 5_000)])
        assert _turnover() == 100_000
        differing = locking.differing(region(world.PESAWARAN), OCTOBER, at=LATER)
        assert {figure.code for figure in differing} >= {"SE-01"}
        db.session.remove()
    regency = Browser(market, cast.REGENCY_OFFICER)
    assert "Sejak terkunci ada perubahan" in regency.get(PAGE).text
    said = {"alasan": "Satu pesanan terlambat masuk", "semula": "1"}
    assert regency.post(f"{PAGE}/usulkan", said | {"alasan": ""}).status_code == 422
    assert regency.post(f"{PAGE}/usulkan", said).status_code == 303
    assert regency.post(f"{PAGE}/usulkan", said).status_code == 409
    assert regency.post(f"{PAGE}/revisi", said).status_code == 404
    province = Browser(market, cast.PROVINCE_OFFICER)
    assert "Satu pesanan terlambat masuk" in province.get(PAGE).text
    with market.app_context():
        assert _turnover() == 100_000
        db.session.remove()
    assert province.post(f"{PAGE}/revisi", {"semula": "1"}).status_code == 303
    assert province.post(f"{PAGE}/revisi", {"semula": "1"}).status_code == 409
    page = province.get(PAGE).text
    assert "Rp100.000" in page and "Rp105.000" in page and "Satu pesanan terlambat masuk" in page
    with market.app_context():
        assert _turnover() == 105_000
        assert [each.revision for each in publications.revisions(world.PESAWARAN, OCTOBER)] == [2, 1]
        assert proofs.differences() == []


def test_renaming_and_moving_regions_changes_no_published_figure(market: Flask) -> None:
    with market.app_context():
        _lock()
        before = _locked()
        with transaction() as session:
            moved = update(Region).where(Region.code == world.HANURA)
            session.execute(moved.values(name="Hanura Baru", parent_code=world.GEDONG_TATAAN))
        assert _locked() == before
        assert _turnover() == 100_000 and _turnover(world.HANURA, "village") == 60_000
        [snapshot] = publications.revisions(world.PESAWARAN, OCTOBER)
        assert before[world.HANURA, "SE-01"].name == "Hanura" and proofs.differences() == []
        assert snapshot.row_count == len(before)


def test_nothing_that_was_locked_or_released_can_be_changed(market: Flask) -> None:
    with market.app_context():
        _lock()
        assert releasing.release_due(LATER) == 1
        for table, column in (
            ("figure_snapshot", "reason"),
            ("publication_step", "note"),
            ("figure_release", "shown"),
        ):
            for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
                with pytest.raises(DBAPIError), transaction() as session:
                    session.execute(text(statement))


def test_a_running_period_and_one_that_is_behind_are_not_handed_in(market: Flask) -> None:
    with market.app_context():
        running = locking.Act(region(world.PESAWARAN), period("2026-11"), None, LATER)
        with pytest.raises(Conflict, match="belum selesai"), transaction():
            locking.submit(running)
        empty = locking.Act(region(world.PRINGSEWU), OCTOBER, None, LATER)
        with pytest.raises(Conflict, match="Belum ada penjualan"), transaction():
            locking.submit(empty)


def test_the_command_locks_what_is_ready_and_the_province_last(market: Flask) -> None:
    with market.app_context():
        places = [place for place in commanding.regions() if place.code in (world.PESAWARAN, world.LAMPUNG)]
        told = []
        for place in places:
            with transaction():
                told.append(commanding.publish(place, OCTOBER, at=LATER))
        assert [(one.region, one.state) for one in told] == [("18.09", "locked"), ("18", "locked")]
        with transaction():
            again = commanding.publish(places[0], OCTOBER, at=LATER + timedelta(days=1))
        assert again.sha256 == told[0].sha256


def test_a_release_is_decided_once(market: Flask) -> None:
    with market.app_context():
        assert releasing.release_due(LATER) == 1
        [first] = releasing.releases()
        assert releasing.release_due(LATER) == 0
        with transaction():
            releasing.keep(OCTOBER, {"turnover": Shown({"18.09"})}, at=LATER)
        db.session.expire_all()
        assert releasing.releases()[0].shown == first.shown
