"""What one person hands in or proposes another one decides, whoever they are; the command names itself."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.indicators.periods import period
from marketplace.indicators.publishing import commanding, locking, revising
from marketplace.indicators.publishing import queries as publications
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import region
from tests import cast, factories
from tests.browsing import Browser, words
from tests.indicators import world

SEPTEMBER = period("2026-09")
LATER = datetime(2026, 11, 23, tzinfo=UTC)
PAGE = f"/program/terbitan/{world.PESAWARAN}/2026-09"
FACTS = [world.fact(1, world.HANURA, 60_000, "2026-09-10")]
LATE = world.fact(2, world.HANURA, 5_000, "2026-09-11")
OWN = "Anda sendiri yang mengajukan. Yang menyetujui harus orang lain."


@pytest.fixture
def market(app: Flask) -> Flask:
    """A September in one village."""
    with app.app_context():
        world.store(FACTS)
        db.session.remove()
    return app


def act(email: str | None) -> locking.Act:
    """A step of this person with September of the regency."""
    by = factories.person(email).id if email else None
    return locking.Act(region(world.PESAWARAN), SEPTEMBER, by, LATER)


def _publish() -> None:
    with transaction():
        commanding.publish(region(world.PESAWARAN), SEPTEMBER, at=LATER)


def test_who_hands_in_does_not_approve_not_even_an_administrator(market: Flask) -> None:
    for email in (cast.ADMIN, cast.PROVINCE_OFFICER):
        browser = Browser(market, email)
        assert browser.post(f"{PAGE}/ajukan").status_code == 303
        page = words(browser.get(PAGE))
        assert OWN in page and "Setujui" not in page
        refused = browser.post(f"{PAGE}/setujui")
        assert refused.status_code == 409 and OWN in words(refused)
        with market.app_context():
            assert publications.state_of(world.PESAWARAN, SEPTEMBER) == "submitted"
            db.session.remove()
        # It goes back, and the next one tries the same.
        assert browser.post(f"{PAGE}/kembalikan", {"alasan": "Diulang"}).status_code == 303


def test_who_approves_may_lock_what_another_has_handed_in(market: Flask) -> None:
    assert Browser(market, cast.REGENCY_OFFICER).post(f"{PAGE}/ajukan").status_code == 303
    province = Browser(market, cast.PROVINCE_OFFICER)
    assert [province.post(f"{PAGE}/{step}").status_code for step in ("setujui", "kunci")] == [303, 303]


def test_the_command_takes_every_step_in_its_own_name(market: Flask) -> None:
    with market.app_context():
        _publish()
        steps = publications.steps(world.PESAWARAN, SEPTEMBER)
        assert [(step.state, step.by) for step in steps] == [
            ("submitted", None),
            ("approved", None),
            ("locked", None),
        ]
        assert {step.note for step in steps} == {"desamart indicators publish 2026-09"}
        db.session.remove()
    page = words(Browser(market, cast.PROVINCE_OFFICER).get(PAGE))
    assert "perintah di server" in page and "desamart indicators publish 2026-09" in page
    log = market.test_client().get("/data/revisi.json").get_json()["items"]
    assert [(row["region"], row["revision"], row["by"]) for row in log] == [("18.09", 1, "command")]


def test_a_revision_is_proposed_by_one_and_published_by_another(market: Flask) -> None:
    with market.app_context():
        _publish()
        with pytest.raises(Conflict, match="Tidak ada angka yang berubah"), transaction():
            revising.propose(act(cast.PROVINCE_OFFICER), "Tanpa sebab", seen=1)
        world.store([*FACTS, LATE])
        with pytest.raises(Invalid), transaction():
            revising.propose(act(cast.PROVINCE_OFFICER), " ", seen=1)
        with transaction():
            revising.propose(act(cast.PROVINCE_OFFICER), "Terlambat masuk", seen=1)
        with pytest.raises(Conflict, match="Anda sendiri"), transaction():
            revising.revise(act(cast.PROVINCE_OFFICER), proposal=1)
        db.session.remove()
    assert OWN in words(Browser(market, cast.PROVINCE_OFFICER).get(PAGE))
    admin = Browser(market, cast.ADMIN)
    assert admin.post(f"{PAGE}/revisi", {"semula": "1"}).status_code == 303
    assert "Revisi 1 dan 2 bersebelahan" in words(admin.get(PAGE))
    log = market.test_client().get("/data/revisi.json").get_json()["items"]
    assert [(row["revision"], row["by"], row["reason"]) for row in log] == [
        (2, "officers", "Terlambat masuk"),
        (1, "command", ""),
    ]


def test_nobody_agrees_to_figures_that_were_not_proposed(market: Flask) -> None:
    with market.app_context():
        _publish()
        world.store([*FACTS, LATE])
        with transaction():
            revising.propose(act(cast.REGENCY_OFFICER), "Satu penjualan terlambat", seen=1)
        world.store([*FACTS, LATE, world.fact(3, world.HANURA, 7_000, "2026-09-12")])
        with pytest.raises(Conflict, match="berubah lagi"), transaction():
            revising.revise(act(cast.PROVINCE_OFFICER), proposal=1)
        db.session.remove()
    stale = words(Browser(market, cast.REGENCY_OFFICER).get(PAGE))
    assert "Angkanya berubah lagi sejak diusulkan" in stale and "Usulkan revisi" in stale
    with market.app_context():
        with transaction():
            revising.propose(act(cast.REGENCY_OFFICER), "Dua penjualan terlambat", seen=1)
        with pytest.raises(Conflict, match="diputuskan atau diganti"), transaction():
            revising.revise(act(cast.PROVINCE_OFFICER), proposal=1)
        with transaction():
            revising.revise(act(cast.PROVINCE_OFFICER), proposal=2)
        assert publications.newest_revision(world.PESAWARAN, SEPTEMBER) == 2


def test_a_declined_proposal_leaves_the_locked_figures_and_its_reason(market: Flask) -> None:
    with market.app_context():
        _publish()
        world.store([*FACTS, LATE])
        with transaction():
            revising.propose(act(cast.REGENCY_OFFICER), "Terlambat masuk", seen=1)
        db.session.remove()
    province = Browser(market, cast.PROVINCE_OFFICER)
    assert province.post(f"{PAGE}/tolak", {"alasan": "", "semula": "1"}).status_code == 422
    assert province.post(f"{PAGE}/tolak", {"alasan": "Bukti kurang", "semula": "1"}).status_code == 303
    page = words(province.get(PAGE))
    assert "Usulan revisi ditolak" in page and "Bukti kurang" in page
    assert province.post(f"{PAGE}/revisi", {"semula": "1"}).status_code == 409
    with market.app_context():
        assert publications.newest_revision(world.PESAWARAN, SEPTEMBER) == 1


def test_the_province_is_not_locked_over_a_regency_that_has_changed(market: Flask) -> None:
    with market.app_context():
        _publish()
        world.store([*FACTS, LATE])
        with transaction():
            told = commanding.publish(region(world.LAMPUNG), SEPTEMBER, at=LATER)
        assert told.state == "provisional"
        assert "Berubah sejak dikunci, revisi dulu: Kabupaten Pesawaran." in " ".join(told.missing)
