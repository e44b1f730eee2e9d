"""The classes of a map: quantiles, equal values together, never more than five."""

from decimal import Decimal

import pytest

from marketplace.indicators.classes import step_of, steps


def classes(*values: int) -> list[tuple[int, int, int, int]]:
    """Number, smallest, largest and count of each class."""
    return [
        (step.number, int(step.low), int(step.high), step.count)
        for step in steps([Decimal(v) for v in values])
    ]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((), []),
        ((7, 7, 7), [(5, 7, 7, 3)]),
        ((0, 9), [(1, 0, 0, 1), (5, 9, 9, 1)]),
        ((-4, 0, 5), [(1, -4, -4, 1), (3, 0, 0, 1), (5, 5, 5, 1)]),
        (tuple(range(15)), [(1, 0, 2, 3), (2, 3, 5, 3), (3, 6, 8, 3), (4, 9, 11, 3), (5, 12, 14, 3)]),
        (
            (0, 0, 0, 0, 0, 0, 1, 2, 3, 4),
            [(1, 0, 0, 6), (2, 1, 1, 1), (3, 2, 2, 1), (4, 3, 3, 1), (5, 4, 4, 1)],
        ),
    ],
)
def test_classes_hold_about_as_many_values_each(
    values: tuple[int, ...], found: list[tuple[int, int, int, int]]
) -> None:
    assert classes(*values) == found


def test_every_value_lies_in_the_class_that_says_so() -> None:
    values = [Decimal(value) for value in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5)]
    found = steps(values)
    for value in values:
        [own] = [step for step in found if step.low <= value <= step.high]
        assert step_of(value, found) == own.number
    assert sum(step.count for step in found) == len(values)
