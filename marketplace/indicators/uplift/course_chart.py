"""Decides where the months around an act stand in a chart: dots, and intervals as upright lines. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.indicators.charts import Tick
from marketplace.indicators.uplift.estimating import Step

WIDTH, HEIGHT = 360, 210
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 20, 28
LABELLED = 3


@dataclass(frozen=True)
class Mark:
    """One month: where its dot stands, from where to where its interval reaches, what it says."""

    x: float
    y: float
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class CourseChart:
    """The chart in a box of WIDTH by HEIGHT; `act` is where month 0 stands."""

    marks: list[Mark]
    rows: list[Tick]
    columns: list[Tick]
    zero: float
    act: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def course_chart(
    steps: Sequence[Step], axis: Callable[[float], str], words: Callable[[Step], str]
) -> CourseChart | None:
    """Draw the steps from the first month to the last; None where there is none."""
    if not steps:
        return None
    ticks = _ticks(min(0.0, *(step.interval[0] for step in steps)), max(0.0, *(s.interval[1] for s in steps)))
    low, high = ticks[0], ticks[-1]
    first = min(0, steps[0].month)
    wide = max(0, steps[-1].month) - first + 1

    def x(month: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (month - first + 0.5) / wide, 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    return CourseChart(
        marks=[
            Mark(x(step.month), y(step.rupiah), y(step.interval[0]), y(step.interval[1]), words(step))
            for step in steps
        ],
        rows=[Tick(y(tick), axis(tick)) for tick in ticks],
        columns=[
            Tick(x(step.month), f"{step.month:+d}" if step.month else "0")
            for step in steps
            if step.month % LABELLED == 0
        ],
        zero=y(0.0),
        act=x(0),
    )


def _ticks(low: float, high: float) -> list[float]:
    """Three to seven round numbers that enclose both ends."""
    rough = Decimal((high - low) / 4 or 1.0)
    power = Decimal(1).scaleb(rough.adjusted())
    step = float(next(power * size for size in (1, 2, 5, 10) if power * size >= rough))
    first, last = int(low // step), -int(-high // step)
    return [step * count for count in range(first, max(last, first + 1) + 1)]
