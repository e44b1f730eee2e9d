"""Once per WIB night the worker looks at the books and keeps what it found, for pages and for monitors."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations import nightly, worker
from marketplace.operations.models import NightlyCheck
from tests import cast, factories
from tests.browsing import Browser, words

# One o'clock of 11 November in WIB.
ONE = datetime(2026, 11, 10, 18, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def checks() -> list[tuple[str, int]]:
    db.session.expire_all()
    rows = db.session.scalars(select(NightlyCheck).order_by(NightlyCheck.day))
    return [(str(row.day), row.differences) for row in rows]


def test_each_night_is_checked_once(app: Flask) -> None:
    with app.app_context():
        worker.drain(at=ONE - HOUR)
        assert worker.check_by_night(ONE - 2 * HOUR) == 1, "never checked: at once, and by day"
        assert worker.check_by_night(ONE - MINUTE) == 0
        assert worker.check_by_night(ONE) == 1
        assert worker.check_by_night(ONE + MINUTE) == 0
        assert worker.check_by_night(ONE + 20 * HOUR) == 0
        assert worker.check_by_night(ONE + 24 * HOUR) == 1
        assert checks() == [("2026-11-10", 0), ("2026-11-11", 0), ("2026-11-12", 0)]


def test_what_is_on_its_way_is_waited_for_until_four(app: Flask) -> None:
    with app.app_context():
        worker.drain(at=ONE)
        assert worker.check_by_night(ONE) == 1
        factories.order({cast.CHIPS: 1})
        night = ONE + 24 * HOUR
        assert worker.check_by_night(night + 3 * HOUR - MINUTE) == 0
        assert worker.check_by_night(night + 3 * HOUR) == 1
        [*_before, last] = db.session.scalars(select(NightlyCheck).order_by(NightlyCheck.day))
        assert last.in_flight > 0


def test_a_machine_that_sleeps_at_night_is_checked_by_day(app: Flask) -> None:
    with app.app_context():
        worker.drain(at=ONE)
        assert worker.check_by_night(ONE) == 1
        noon = ONE + 29 * HOUR
        assert worker.check_by_night(noon) == 0
        assert worker.check_by_night(noon + HOUR) == 1


def test_a_difference_is_told_on_the_books_and_to_monitors(app: Flask) -> None:
    finance = Browser(app, cast.FINANCE)
    assert "belum pernah berjalan" in words(finance.get("/admin/pembukuan"))
    with app.app_context():
        worker.drain(at=ONE)
        with transaction() as session:
            session.execute(text("UPDATE variant SET on_hand = on_hand + 1 WHERE id = 1"))
        assert worker.check_by_night(ONE) == 1
        row = db.session.scalars(select(NightlyCheck)).one()
        assert row.differences == 1
        told = json.loads(row.result)
        assert [proof["differences"] for proof in told["proofs"] if proof["differences"]] == [
            ["variant 1: on_hand 51, movements 50"]
        ]
        db.session.remove()
    assert "Pemeriksaan malam 11 Nov 2026 01.00 WIB menemukan 1 selisih" in words(
        finance.get("/admin/pembukuan")
    )
    ready = Browser(app).get("/readyz").json
    assert (ready["nightly_check"], ready["nightly_differences"]) == ("2026-11-11", 1)


def test_what_was_found_stays(app: Flask) -> None:
    with app.app_context():
        worker.drain(at=ONE)
        worker.check_by_night(ONE)
        for change in ("UPDATE nightly_check SET differences = 9", "DELETE FROM nightly_check"):
            with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
                session.execute(text(change))
        assert nightly.latest() is not None
