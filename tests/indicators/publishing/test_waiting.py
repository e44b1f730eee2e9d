"""An officer's list holds what waits for that person in all periods, and nothing that is for others."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.indicators.periods import Period, period
from marketplace.indicators.publishing import commanding, locking, revising
from marketplace.indicators.publishing.waiting import decisions, waiting
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import forget_names, region
from tests import cast, factories, statements
from tests.browsing import Browser, words
from tests.indicators import world

SEPTEMBER, OCTOBER = period("2026-09"), period("2026-10")
LATER = datetime(2026, 11, 23, tzinfo=UTC)
FACTS = [
    world.fact(1, world.HANURA, 60_000, "2026-09-10"),
    world.fact(2, world.HANURA, 70_000, "2026-10-10"),
    world.fact(3, world.PODOMORO, 30_000, "2026-10-11", shop_id=2),
]
LATE = world.fact(4, world.HANURA, 5_000, "2026-09-11")


@pytest.fixture
def market(app: Flask) -> Flask:
    """September of one regency is locked; a sale of it comes late."""
    with app.app_context():
        world.store(FACTS)
        with transaction():
            commanding.publish(region(world.PESAWARAN), SEPTEMBER, at=LATER)
        world.store([*FACTS, LATE])
        db.session.remove()
    return app


def _told(email: str) -> list[tuple[str, str, str]]:
    user = factories.person(email)
    return [(each.code, each.period.key, each.words) for each in waiting(user, at=LATER)]


def _step(take: Callable[[locking.Act], object], email: str, code: str, wanted: Period) -> None:
    with transaction():
        take(locking.Act(region(code), wanted, factories.person(email).id, LATER))


def _propose(act: locking.Act) -> None:
    revising.propose(act, "Terlambat", seen=1)


def test_what_has_changed_waits_for_a_proposal_and_the_proposal_for_somebody_else(market: Flask) -> None:
    with market.app_context():
        [(code, key, said)] = _told(cast.REGENCY_OFFICER)
        assert (code, key) == ("18.09", "2026-09") and "angka berubah sejak terkunci" in said
        _step(_propose, cast.REGENCY_OFFICER, "18.09", SEPTEMBER)
        assert _told(cast.REGENCY_OFFICER) == []
        waits = [("18.09", "2026-09", "Usulan revisi menunggu keputusan")]
        assert _told(cast.PROVINCE_OFFICER) == _told(cast.ADMIN) == waits
        _step(lambda act: revising.revise(act, proposal=1), cast.PROVINCE_OFFICER, "18.09", SEPTEMBER)
        assert _told(cast.PROVINCE_OFFICER) == []


def test_what_was_handed_in_waits_for_all_who_may_approve_but_its_own_person(market: Flask) -> None:
    with market.app_context():
        _step(locking.submit, cast.PROVINCE_OFFICER, "18.10", OCTOBER)
        waits = ("18.10", "2026-10", "Menunggu persetujuan")
        assert waits in _told(cast.ADMIN) and waits not in _told(cast.PROVINCE_OFFICER)
        assert (
            decisions(factories.person(cast.ADMIN)),
            decisions(factories.person(cast.PROVINCE_OFFICER)),
        ) == (
            1,
            0,
        )
        _step(locking.approve, cast.ADMIN, "18.10", OCTOBER)
        assert ("18.10", "2026-10", "Siap dikunci") in _told(cast.PROVINCE_OFFICER)
        db.session.remove()
    page = words(Browser(market, cast.PROVINCE_OFFICER).get("/program/terbitan"))
    assert "Menunggu Anda" in page and "Siap dikunci" in page
    assert "1 terbitan menunggu keputusan Anda" in words(
        Browser(market, cast.PROVINCE_OFFICER).get("/program")
    )


@pytest.mark.parametrize("email", [cast.DISTRICT_OFFICER, cast.OPERATOR])
def test_who_has_no_part_in_publishing_reads_the_states_alone(market: Flask, email: str) -> None:
    page = words(Browser(market, email).get("/program/terbitan?periode=2026-09"))
    assert "Kabupaten Pesawaran" in page and "Terkunci" in page and "Menunggu Anda" not in page


def test_more_publications_and_villages_need_no_more_queries(market: Flask) -> None:
    with market.app_context():
        before = _queries()
        world.store([*FACTS, LATE, world.fact(5, world.BAGELEN, 9_000, "2026-08-10", shop_id=3)])
        with transaction():
            for key in ("2026-08", "2026-10"):
                commanding.publish(region(world.PESAWARAN), period(key), at=LATER)
            commanding.publish(region(world.PRINGSEWU), OCTOBER, at=LATER)
        assert _queries() == before


def _queries() -> int:
    user = factories.person(cast.PROVINCE_OFFICER)
    assert user.name
    forget_names()
    return statements.count(lambda: waiting(user, at=LATER))
