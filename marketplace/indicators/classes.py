"""Decides into which classes the values of a map fall: quantiles, about as many regions in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

MOST = 5


@dataclass(frozen=True)
class Step:
    """A class: its number from 1 (lowest) to 5 (highest), its smallest and largest value, how many values."""

    number: int
    low: Decimal
    high: Decimal
    count: int


def steps(values: Sequence[Decimal]) -> list[Step]:
    """At most five classes of about as many values each, lowest first. Equal values fall into one class.

    The lowest class has number 1 and the highest 5, however many there are: with few values the colours lie
    further apart.
    """
    ordered = sorted(values)
    wanted = min(MOST, len(set(ordered)))
    classes: list[list[Decimal]] = []
    for place, value in enumerate(ordered):
        begins = place * wanted // len(ordered) >= len(classes)
        if not classes or (begins and value != classes[-1][-1]):
            classes.append([])
        classes[-1].append(value)
    count = len(classes)
    return [
        Step(_number(index, count), group[0], group[-1], len(group)) for index, group in enumerate(classes)
    ]


def step_of(value: Decimal, found: Sequence[Step]) -> int:
    """The number of the class that holds a value, which is one of those the classes were made from."""
    return next(step.number for step in found if value <= step.high)


def _number(index: int, count: int) -> int:
    return MOST if count == 1 else 1 + round(index * (MOST - 1) / (count - 1))
