"""Decides where the points of a line chart stand. Pure geometry; a template draws it beside a table.

A missing value breaks the line: it is not zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 46, 16, 12, 26
MOST_LABELS = 5

# Label, value, and what the point says when pointed at.
Point = tuple[str, Decimal | None, str]


@dataclass(frozen=True)
class Dot:
    """A point of the line: where it stands and what it says when pointed at."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: its position along that axis and its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A line chart in a box of WIDTH by HEIGHT: unbroken strokes, their dots, the ticks of both axes.

    The `earlier` ones are a second, quieter line.
    """

    strokes: list[str]
    dots: list[Dot]
    earlier_strokes: list[str]
    earlier_dots: list[Dot]
    rows: list[Tick]
    columns: list[Tick]
    zero: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def line_chart(
    points: Sequence[Point],
    axis: Callable[[Decimal], str],
    *,
    earlier: Sequence[Point] = (),
    span: tuple[Decimal, Decimal] | None = None,
) -> Chart | None:
    """Place points from left to right; `axis` writes the numbers of the value axis.

    `earlier` is a second line behind the first, point beside point, such as the same season a year before.
    `span` is the smallest and largest value the axis must hold, so that several charts can share one.
    None when there is nothing to draw.
    """
    values = [value for _label, value, _words in [*points, *earlier] if value is not None]
    if not values:
        return None
    ticks = _ticks(min([Decimal(0), *values, *(span or ())]), max([Decimal(0), *values, *(span or ())]))
    low, high = ticks[0], ticks[-1]
    inner = HEIGHT - TOP - BOTTOM

    def x(index: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (index + 0.5) / len(points), 1)

    def y(value: Decimal) -> float:
        return round(TOP + inner * float((high - value) / (high - low)), 1)

    main, ghost = _stretches(points, x, y), _stretches(earlier, x, y)
    every = -(-len(points) // MOST_LABELS)
    return Chart(
        strokes=_strokes(main),
        dots=[dot for stretch in main for dot in stretch],
        earlier_strokes=_strokes(ghost),
        earlier_dots=[dot for stretch in ghost for dot in stretch],
        rows=[Tick(y(tick), axis(tick)) for tick in ticks],
        columns=[
            Tick(x(index), point[0])
            for index, point in enumerate(points)
            if (len(points) - 1 - index) % every == 0
        ],
        zero=y(Decimal(0)),
    )


def share(value: Decimal | int | None, largest: Decimal | int) -> float:
    """The length of a bar, 0 to 100, beside the largest of its column."""
    if value is None or value <= 0 or largest <= 0:
        return 0.0
    return round(float(value / largest) * 100, 1)


def _stretches(
    points: Sequence[Point], x: Callable[[int], float], y: Callable[[Decimal], float]
) -> list[list[Dot]]:
    """The dots of a line, cut where a value is missing."""
    stretches: list[list[Dot]] = [[]]
    for index, (_label, value, words) in enumerate(points):
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append(Dot(x(index), y(value), words))
    return stretches


def _strokes(stretches: list[list[Dot]]) -> list[str]:
    return [" ".join(f"{dot.x},{dot.y}" for dot in stretch) for stretch in stretches if len(stretch) > 1]


def _ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Three to six round numbers that enclose both ends."""
    if low == high:
        high = low + 1
    rough = (high - low) / 4
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * size for size in (1, 2, 5, 10) if power * size >= rough)
    first, last = (
        (low / step).to_integral_value("ROUND_FLOOR"),
        (high / step).to_integral_value("ROUND_CEILING"),
    )
    return [step * count for count in range(int(first), int(last) + 1)]
