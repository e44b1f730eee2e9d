"""Decides what indicators look like to machines: rows of plain JSON, with everything a figure is made of."""

from datetime import datetime
from typing import Any

from marketplace.indicators import queries
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import Period


def items(scope: str, level: str, periods: list[Period], *, at: datetime) -> list[dict[str, Any]]:
    """Every indicator for every region of `level` inside `scope` and each of the periods.

    `coverage` tells how many of the region's villages sold something. Nothing is suppressed for an officer.
    """
    sold = queries.coverage(scope, level, periods)
    villages = queries.villages(scope, level)
    return [
        item(figure, sold.get((figure.place.code, figure.period.key), 0), villages.get(figure.place.code, 0))
        for figure in queries.figures_over(scope, level, periods, at=at)
    ]


def item(figure: Figure, sold: int, villages: int) -> dict[str, Any]:
    """One figure. `value` is null where there is none; `cutoff` is a moment in UTC."""
    return {
        "code": figure.code,
        "region": figure.place.code,
        "period": figure.period.key,
        "value": _number(figure),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "unit": figure.indicator.unit,
        "formula_version": figure.indicator.version,
        "cutoff": figure.cutoff.isoformat(),
        "coverage": {"villages_with_sales": sold, "villages": villages},
        "suppressed": False,
    }


def _number(figure: Figure) -> int | float | None:
    if figure.value is None:
        return None
    return float(figure.value) if figure.indicator.decimals else int(figure.value)
