"""What stands on an officer's pages: the right months side by side, and the villages that fell silent."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from marketplace.indicators import home, overviews, wording
from marketplace.indicators.periods import period
from marketplace.indicators.registry import INDICATORS
from marketplace.indicators.tasks import tasks
from marketplace.regions import queries as regions
from tests import cast, factories
from tests.indicators import world

OCTOBER = period("2026-10")


@pytest.fixture
def year(app: Flask) -> Flask:
    """Seen on 20 November 2026: Hanura never stops, Hurun stopped in September, Bagelen a year ago."""
    with app.app_context():
        world.store(
            [
                world.fact(1, world.HANURA, 80_000, "2025-10-05"),
                world.fact(2, world.HANURA, 90_000, "2026-09-05"),
                world.fact(3, world.HANURA, 120_000, "2026-10-05"),
                world.fact(4, world.HANURA, 10_000, "2026-11-05"),
                world.fact(5, world.HURUN, 5_000, "2026-08-30"),
                world.fact(6, world.HURUN, 10_000, "2026-09-29", shop_id=2),
                world.fact(7, world.BAGELEN, 7_000, "2025-10-31"),
                world.fact(8, world.PODOMORO, 7_000, "2026-07-31"),
                world.fact(9, world.PODOMORO, 7_000, "2026-10-01"),
            ]
        )
    return app


def _home(code: str) -> home.Home:
    officer = factories.person(cast.PROVINCE_OFFICER)
    return home.home(officer, regions.region(code), period("2026-11"), at=world.AT)


def test_a_village_is_silent_when_it_sold_within_a_year_but_not_since_the_last_full_month(
    year: Flask,
) -> None:
    with year.app_context():
        seen = _home(world.LAMPUNG)
        assert [(village.code, village.last_day) for village in seen.silent] == [
            (world.HURUN, date(2026, 9, 29))
        ]
        assert seen.names == {world.HURUN: "Hurun, Pesawaran"}


def test_home_puts_the_running_month_the_last_full_one_and_the_one_before_side_by_side(year: Flask) -> None:
    with year.app_context():
        seen = _home(world.PESAWARAN)
        headlines = {each.full.code: each for each in seen.headlines}
        turnover, shops = headlines["SE-01"], headlines["SE-04"]
        assert [each.value for each in (turnover.running, turnover.full, turnover.before)] == [
            10_000,
            120_000,
            100_000,
        ]
        assert wording.change(turnover.full, turnover.before) == "+20,0%"
        assert wording.change(shops.full, shops.before) == "-1"
        assert [figure.period.key for figure in seen.timeline] == [
            each.key for each in period("2026-11").run(12)
        ]
        assert seen.timeline[-2].value == 120_000
        assert [figure.place.code for figure, _bar in seen.ranked] == [
            world.TELUK_PANDAN,
            world.GEDONG_TATAAN,
        ]


def test_home_draws_the_same_season_a_year_earlier_behind_the_last_twelve_months(year: Flask) -> None:
    with year.app_context():
        seen = _home(world.PESAWARAN)
        assert [figure.period.key for figure in seen.earlier] == [
            each.year_before().key for each in period("2026-11").run(12)
        ]
        assert seen.earlier[-2].value == 87_000 and seen.chart and len(seen.chart.earlier_dots) == 2


def test_home_names_what_rose_and_what_fell_most_in_rupiah(year: Flask) -> None:
    with year.app_context():
        seen = _home(world.TELUK_PANDAN)
        assert [(move.figure.place.name, move.rupiah) for move in seen.risen] == [("Hanura", 30_000)]
        assert [(move.figure.place.name, move.rupiah) for move in seen.fallen] == [("Hurun", -10_000)]


def test_home_says_which_inputs_are_not_known_of_every_village(year: Flask) -> None:
    with year.app_context():
        seen = _home(world.PESAWARAN)
        assert {(each.known, each.villages) for each in seen.missing} == {(0, 3)}


def test_home_says_what_waits_for_the_officer_of_that_level_only(year: Flask) -> None:
    with year.app_context():
        people = {
            world.LAMPUNG: cast.PROVINCE_OFFICER,
            world.PESAWARAN: cast.REGENCY_OFFICER,
            world.TELUK_PANDAN: cast.DISTRICT_OFFICER,
            world.HANURA: cast.OPERATOR,
        }
        waits = {
            code: [task.href for task in tasks(factories.person(email), regions.region(code), OCTOBER)]
            for code, email in people.items()
        }
        assert waits.pop(world.PESAWARAN) == ["/program/terbitan/18.09/2026-10"]
        assert set(map(tuple, waits.values())) == {()}


@pytest.mark.parametrize(
    ("key", "now", "before", "a_year_ago", "grown"),
    [("2026-10", 120_000, 100_000, 87_000, "+37,9%"), ("2026-Q4", 130_000, 105_000, 87_000, "+49,4%")],
)
def test_a_figure_stands_beside_the_period_before_and_the_same_a_year_earlier(
    year: Flask, *, key: str, now: int, before: int, a_year_ago: int, grown: str
) -> None:
    with year.app_context():
        detail = overviews.detail(
            INDICATORS["SE-01"], regions.region(world.PESAWARAN), period(key), at=world.AT
        )
        assert [each.value for each in (detail.figure, detail.before, detail.year_before)] == [
            now,
            before,
            a_year_ago,
        ]
        assert wording.change(*detail.turnover) == grown
        assert sum(figure.value or 0 for figure in detail.children) == now


def test_growth_year_on_year_has_no_value_without_a_year_before(year: Flask) -> None:
    with year.app_context():
        detail = overviews.detail(
            INDICATORS["SE-03"], regions.region(world.HURUN), period("2026-09"), at=world.AT
        )
        assert detail.figure.value == Decimal("100.0")
        assert wording.change(*detail.turnover) == ""
        assert detail.children == []


def test_children_are_ranked_by_value_with_the_missing_ones_last(year: Flask) -> None:
    with year.app_context():
        lampung = regions.region(world.LAMPUNG)
        children = overviews.detail(INDICATORS["SE-01"], lampung, period("2026-10"), at=world.AT).children
        assert [(child.place.code, child.value) for child in children] == [
            (world.PESAWARAN, 120_000),
            (world.PRINGSEWU, 7_000),
            ("18.71", None),
        ]
