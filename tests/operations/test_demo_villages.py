"""The demo's inputs, services and snapshots are made as pages and worker make them, and leave gaps."""

from datetime import UTC, date, datetime, timedelta

from flask import Flask

from marketplace.indicators.inputs import queries, snapshots
from marketplace.indicators.inputs.kinds import KINDS
from marketplace.operations.demo import nights, villages
from marketplace.village_services.queries import by_kind, month
from tests import cast

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def test_the_demo_village_has_everything_and_others_have_gaps(app: Flask) -> None:
    with app.app_context():
        villages.tell(AT, officer=cast.PROVINCE_OFFICER, operator=cast.OPERATOR)
        for kind in KINDS:
            known = queries.known(kind, TODAY)
            assert "bukan angka resmi" in known[cast.HANURA].source
        assert cast.PODOMORO not in queries.known("focus", TODAY)
        sums = by_kind(month(cast.HANURA, "2026-11"))
        assert all(each.count for each in sums.values())


def test_nights_of_the_story_leave_a_snapshot_each(app: Flask) -> None:
    with app.app_context():
        for back in (100, 2, 1, 0):
            nights.pass_night(AT - timedelta(days=back), until=AT)
        days = {snapshots.at(TODAY - timedelta(days=back))[cast.HANURA].day for back in (1, 2, 3)}
        assert days == {TODAY - timedelta(days=back) for back in (1, 2, 3)}
        assert snapshots.at(TODAY - timedelta(days=4)) == {}
