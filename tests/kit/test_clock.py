"""Golden moments: days, months and years of Jakarta begin at 17:00:00 UTC, in Python and in the databases."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import literal, select

from marketplace.extensions import db
from marketplace.kit.clock import day_wib, month_bounds, month_wib, previous_month, start_of_day
from marketplace.kit.codes import batch_number, order_number
from marketplace.kit.days import wib_day
from marketplace.orders.models import Order

# The last moment of a WIB day, and the day that begins with the next one.
EDGES = [
    ((2026, 11, 15), date(2026, 11, 15), date(2026, 11, 16)),
    ((2026, 10, 31), date(2026, 10, 31), date(2026, 11, 1)),
    ((2026, 12, 31), date(2026, 12, 31), date(2027, 1, 1)),
    ((2028, 2, 28), date(2028, 2, 28), date(2028, 2, 29)),
    ((2028, 2, 29), date(2028, 2, 29), date(2028, 3, 1)),
    ((2027, 2, 28), date(2027, 2, 28), date(2027, 3, 1)),
    ((2024, 12, 31), date(2024, 12, 31), date(2025, 1, 1)),
]
LAST, FIRST = (16, 59, 59, 999_999), (17, 0, 0, 0)


@pytest.mark.parametrize(("day", "before", "after"), EDGES)
def test_a_day_of_jakarta_ends_at_five_in_the_afternoon_utc(
    day: tuple[int, int, int], before: date, after: date
) -> None:
    last, first = datetime(*day, *LAST, tzinfo=UTC), datetime(*day, *FIRST, tzinfo=UTC)
    assert (day_wib(last), day_wib(first)) == (before, after)
    assert (month_wib(last), month_wib(first)) == (f"{before:%Y-%m}", f"{after:%Y-%m}")
    assert start_of_day(after) == first
    for moment, in_wib in ((last, before), (first, after)):
        assert f"{in_wib:%y%m%d}" in order_number(moment) and f"{in_wib:%y%m%d}" in batch_number(moment)


def test_both_engines_sort_moments_into_the_same_days(app: Flask) -> None:
    moments = [(datetime(*day, *clock, tzinfo=UTC)) for day, _, _ in EDGES for clock in (LAST, FIRST)]
    with app.app_context():
        found = [
            db.session.scalar(select(wib_day(literal(moment, type_=Order.placed_at.type))))
            for moment in moments
        ]
    assert found == [day_wib(moment).isoformat() for moment in moments]


def test_months_follow_each_other_over_the_year() -> None:
    assert month_bounds("2026-12") == (date(2026, 12, 1), date(2027, 1, 1))
    assert month_bounds("2028-02") == (date(2028, 2, 1), date(2028, 3, 1))
    assert [previous_month("2027-01", steps) for steps in (1, 2, 13)] == ["2026-12", "2026-11", "2025-12"]
