"""Months, quarters and years: how they are written, what lies inside, what came before."""

import re

import pytest

from marketplace.indicators.periods import period


@pytest.mark.parametrize(
    ("key", "first", "last", "label", "before", "year_before"),
    [
        ("2026-10", "2026-10", "2026-10", "Oktober 2026", "2026-09", "2025-10"),
        ("2026-01", "2026-01", "2026-01", "Januari 2026", "2025-12", "2025-01"),
        ("2026-Q4", "2026-10", "2026-12", "Triwulan IV 2026", "2026-Q3", "2025-Q4"),
        ("2026-Q1", "2026-01", "2026-03", "Triwulan I 2026", "2025-Q4", "2025-Q1"),
        ("2026", "2026-01", "2026-12", "2026", "2025", "2025"),
    ],
)
def test_a_period_knows_its_months_its_name_and_what_came_before(
    *, key: str, first: str, last: str, label: str, before: str, year_before: str
) -> None:
    found = period(key)
    assert (found.key, found.first, found.last, found.label) == (key, first, last, label)
    assert (found.back().key, found.year_before().key) == (before, year_before)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-00",
        "2026-1",
        "2026-Q5",
        "2026-Q0",
        "26-10",
        "1999-10",
        "2026-10-01",
        "٢٠٢٦",
        "abc",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        period(text)


def test_a_run_ends_with_the_period_and_is_in_the_order_of_time() -> None:
    assert [each.key for each in period("2026-02").run(4)] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [each.key for each in period("2026-Q1").run(3)] == ["2025-Q3", "2025-Q4", "2026-Q1"]


def test_a_month_lies_in_its_quarter_and_year() -> None:
    assert (period("2026-09").quarter().key, period("2026-10").quarter().key) == ("2026-Q3", "2026-Q4")
    assert period("2026-10").year().key == "2026"
