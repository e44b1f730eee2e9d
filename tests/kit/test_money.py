"""Golden figures of rounding: what a library, a locale or a tidy-up must never change by a rupiah."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kit.money import MOST, parse_rupiah, proportion, rate, rupiah, shares

# total, weights, shares: largest remainder; equal remainders go to the earlier one.
SHARES = [
    (100_000, [1, 1, 1], [33_334, 33_333, 33_333]),
    (2, [1, 1, 1], [1, 1, 0]),
    (10_000, [50_000, 30_000, 20_000], [5_000, 3_000, 2_000]),
    (9_999, [3_333, 6_667], [3_333, 6_666]),
    (1_001, [1, 2, 3, 4], [100, 200, 300, 401]),
    (7, [1, 1, 5], [1, 1, 5]),
    (1, [1, 999_999], [0, 1]),
    (100, [0, 1, 0], [0, 100, 0]),
    (5, [0, 0], [3, 2]),
    (0, [4, 5], [0, 0]),
    (MOST, [1, 1, 1], [333_333_333_334, 333_333_333_333, 333_333_333_333]),
    (10**15 + 1, [10**15, 1], [10**15, 1]),
]
# rupiah, basis points, fee: half a rupiah goes up.
RATES = [
    (12_450, 100, 125),
    (12_449, 100, 124),
    (49, 100, 0),
    (50, 100, 1),
    (99_999, 50, 500),
    (99_900, 50, 500),
    (99_899, 50, 499),
    (18_000, 250, 450),
    (33_333, 333, 1_110),
    (1, 10_000, 1),
    (0, 500, 0),
    (MOST, 1, 100_000_000),
    (9_007_199_254_740_993, 10_000, 9_007_199_254_740_993),
]
READ = [
    ("12500", 12_500),
    ("12.500", 12_500),
    ("Rp 12.500", 12_500),
    ("rp12.500,00", 12_500),
    ("1.000.000.000.000", MOST),
    ("0", 0),
]
NOT_READ = [
    *("", "-1", "12.50", "1e3", "12,5", "1.2.3", "0x10", "٣", "\uff11\uff12", "12_500", "Rp"),
    *("9223372036854775808", "1.000.000.000.001", "12.500,50", "+5", "∞", "12 500 0"),
]


@pytest.mark.parametrize(("total", "weights", "parts"), SHARES)
def test_shares(total: int, weights: list[int], parts: list[int]) -> None:
    assert shares(total, weights) == parts and sum(parts) == total


@given(
    st.integers(0, 10**13),
    st.lists(st.integers(0, 10**12), min_size=1, max_size=8).filter(any),
)
def test_shares_sum_to_the_whole_and_none_is_a_rupiah_off(total: int, weights: list[int]) -> None:
    parts = shares(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        exactly = total * weight
        assert abs(part * sum(weights) - exactly) < sum(weights)


def test_nothing_is_divided_by_nobody_or_by_less_than_nothing() -> None:
    for weights in ([], [1, -1]):
        with pytest.raises(ValueError, match="weights"):
            shares(1, weights)


@pytest.mark.parametrize(("amount", "bp", "fee"), RATES)
def test_rates(amount: int, bp: int, fee: int) -> None:
    assert rate(amount, bp) == fee


def test_a_price_per_weight_is_rounded_half_up() -> None:
    assert [proportion(*each) for each in ((18_000, 100, 250), (1, 1, 2), (1, 1, 3), (2, 1, 3))] == [
        7_200,
        1,
        0,
        1,
    ]


@pytest.mark.parametrize(("text", "amount"), READ)
def test_what_people_type_is_read(text: str, amount: int) -> None:
    assert parse_rupiah(text) == amount


@pytest.mark.parametrize("text", NOT_READ)
def test_what_could_be_two_amounts_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text itself is the message
        parse_rupiah(text)


def test_amounts_are_written_with_points() -> None:
    assert [rupiah(each) for each in (0, 999, 1_000, -12_500, 10**12)] == [
        *("Rp0", "Rp999", "Rp1.000", "-Rp12.500", "Rp1.000.000.000.000")
    ]
