"""The demo shows publications in two states: one locked, one handed in."""

from datetime import UTC, datetime

from flask import Flask

from marketplace.indicators.periods import period
from marketplace.indicators.publishing.queries import open_proposal, state_of
from marketplace.indicators.publishing.releasing import releases
from marketplace.operations.demo import publishing
from tests import cast, factories
from tests.indicators import world


def test_the_month_before_last_is_locked_and_one_regency_has_handed_in_the_last(app: Flask) -> None:
    with app.app_context():
        world.store([world.fact(1, world.HANURA, 9_000, "2026-09-09"), world.fact(2, world.PODOMORO, 8_000)])
        publishing.publish(datetime(2026, 11, 23, tzinfo=UTC), officer=cast.REGENCY_OFFICER)
        assert state_of(world.PESAWARAN, period("2026-09")) == "locked"
        told = open_proposal(world.PESAWARAN, period("2026-09"))
        assert told and told.by == factories.person(cast.REGENCY_OFFICER).id
        assert state_of(world.PRINGSEWU, period("2026-10")) == "submitted"
        assert [row.period_key for row in releases()] == ["2026-09", "2026-10", "2026-Q3"]
