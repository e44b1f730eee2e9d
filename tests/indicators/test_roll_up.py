"""Figures by hand, upwards through the levels: what is added, what is divided once, what is counted again."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from marketplace.indicators import queries
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import period
from marketplace.indicators.registry import INDICATORS
from tests.indicators import world

LEVELS = {13: "village", 8: "district", 5: "regency", 2: "province"}


def figures(code: str, key: str) -> dict[str, Figure]:
    """The indicators of one place in one period."""
    found = queries.figures(code, LEVELS[len(code)], period(key), at=world.AT)
    assert {figure.place.code for figure in found} == {code}
    return {figure.code: figure for figure in found}


def values(code: str, key: str = "2026-10") -> tuple[Any, ...]:
    """The values of SE-01, SE-03, SE-04, SE-11."""
    found = figures(code, key)
    return tuple(found[each].value for each in ("SE-01", "SE-03", "SE-04", "SE-11"))


@pytest.fixture
def market(app: Flask) -> Flask:
    """A month worked out by hand.

    September: Hanura 100,000. October: Hanura 60,000 cash and 30,000 by card from shop 1, 50,000 by QRIS from
    shop 2, a refund of 10,000 on a card of shop 1; Hurun 20,000 by transfer from shop 2, which sells in both
    villages, and a sale of 5,000 by shop 3 that came back: net zero. Podomoro 15,000 in cash from shop 4.
    November: Bagelen begins.
    """
    with app.app_context():
        world.store(
            [
                world.fact(1, world.HANURA, 100_000, "2026-09-30"),
                world.fact(2, world.HANURA, 60_000, "2026-10-01"),
                world.fact(3, world.HANURA, 30_000, "2026-10-31", payment_method="stripe"),
                world.fact(4, world.HANURA, 50_000, shop_id=2, payment_method="qris"),
                world.fact(5, world.HANURA, -10_000, payment_method="stripe"),
                world.fact(6, world.HURUN, 20_000, shop_id=2, payment_method="transfer"),
                world.fact(7, world.HURUN, 5_000, shop_id=3),
                world.fact(8, world.HURUN, -5_000, shop_id=3),
                world.fact(9, world.PODOMORO, 15_000, shop_id=4),
                world.fact(10, world.BAGELEN, 7_000, "2026-11-01", shop_id=5),
            ]
        )
    return app


def test_a_village_month_by_hand(market: Flask) -> None:
    with market.app_context():
        found = figures(world.HANURA, "2026-10")
        assert values(world.HANURA) == (130_000, Decimal("30.0"), 2, Decimal("57.1"))
        assert (found["SE-03"].numerator, found["SE-03"].denominator) == (30_000, 100_000)
        assert (found["SE-11"].numerator, found["SE-11"].denominator) == (80_000, 140_000)
        assert (found["SE-01"].numerator, found["SE-01"].denominator, found["SE-01"].lines) == (
            130_000,
            None,
            4,
        )


def test_a_shop_whose_sales_were_all_returned_is_not_active(market: Flask) -> None:
    with market.app_context():
        assert values(world.HURUN) == (20_000, None, 1, Decimal("80.0"))


def test_going_up_adds_rupiah_divides_once_and_counts_every_shop_once(market: Flask) -> None:
    with market.app_context():
        # Shops 1 and 2; the two villages' 57.1 % and 80.0 % are not averaged: 100,000 of 165,000.
        assert values(world.TELUK_PANDAN) == (150_000, Decimal("50.0"), 2, Decimal("60.6"))
        assert values(world.PESAWARAN) == (150_000, Decimal("50.0"), 2, Decimal("60.6"))
        assert values(world.LAMPUNG) == (165_000, Decimal("65.0"), 3, Decimal("55.6"))


def test_a_shop_that_is_above_zero_only_over_both_villages_counts_only_above_them(app: Flask) -> None:
    with app.app_context():
        world.store([world.fact(1, world.HANURA, -3_000), world.fact(2, world.HURUN, 8_000)])
        assert (values(world.HANURA)[2], values(world.HURUN)[2], values(world.TELUK_PANDAN)[2]) == (0, 1, 1)


def test_a_quarter_and_a_year_count_shops_again_and_compare_with_their_own_past(market: Flask) -> None:
    with market.app_context():
        assert values(world.PESAWARAN, "2026-Q4") == (157_000, Decimal("57.0"), 3, Decimal("58.1"))
        assert values(world.LAMPUNG, "2026")[:3] == (272_000, None, 4)


def test_villages_before_their_first_sale_have_no_data_and_after_it_a_zero(market: Flask) -> None:
    with market.app_context():
        assert values(world.BAGELEN, "2026-10") == (None, None, None, None)
        assert figures(world.BAGELEN, "2026-10")["SE-01"].why == "no data"
        assert values(world.PODOMORO, "2026-11") == (0, Decimal("-100.0"), 0, None)
        assert figures(world.PODOMORO, "2026-11")["SE-11"].why == "not available"


def test_every_region_of_the_level_is_there_whether_it_sold_or_not(market: Flask) -> None:
    with market.app_context():
        found = queries.figures(world.PESAWARAN, "village", period("2026-10"), at=world.AT)
        places = list(dict.fromkeys(figure.place.code for figure in found))
        assert places == [world.BAGELEN, world.HANURA, world.HURUN]
        assert len(found) == len(places) * len(INDICATORS)


def test_the_cutoff_is_the_oldest_sale_that_waits_for_the_worker(app: Flask) -> None:
    early = world.AT.replace(day=3)
    with app.app_context():
        assert queries.cutoff(world.AT) == world.AT
        world.sell({"keripik-pisang": 1}, at=early, listen=False)
        assert queries.cutoff(world.AT) == early
