"""Measures the uplift's estimator on invented worlds: python -m bench.uplift [worlds]; bias and coverage.

The numbers go into docs/uplift.md. Four kinds of intervals are made of the same draws; the pages use the
symmetric studentised one.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist

import click
import numpy as np

from marketplace.indicators.uplift.comparing import Cells, design
from marketplace.indicators.uplift.drawing import LEVEL, Interval, draws, percentile, studentised
from marketplace.indicators.uplift.panel import NEVER, Floats
from marketplace.indicators.uplift.weighing import effects_and_logs
from marketplace.indicators.uplift.weighing import values as effect_values
from marketplace.kit.progress import progress
from tests.indicators.uplift.worlds import CONTROLS, EFFECT, World, world

DRAWS = 1_000
LOW, HIGH = (1 - LEVEL) / 2, (1 + LEVEL) / 2
Maker = Callable[[float, float, Floats, Floats], Interval | None]


def plain(_point: float, _error: float, values: Floats, _errors: Floats) -> Interval:
    """Quantiles of the draws themselves, as the months of the chart have them."""
    return percentile(values)


def equal_tailed(point: float, error: float, values: Floats, errors: Floats) -> Interval:
    """Studentised, with a quantile of its own for each side."""
    far = (values - point)[errors > 0] / errors[errors > 0]
    return float(point - np.quantile(far, HIGH) * error), float(point - np.quantile(far, LOW) * error)


def corrected(point: float, _error: float, values: Floats, _errors: Floats) -> Interval:
    """Percentile, corrected for the bias of the draws (BC)."""
    normal = NormalDist()
    shift = normal.inv_cdf(min(max(float((values < point).mean()), 0.001), 0.999))
    ends = (normal.cdf(2 * shift + normal.inv_cdf(level)) for level in (LOW, HIGH))
    low, high = (float(np.quantile(values, end)) for end in ends)
    return low, high


MAKERS: dict[str, Maker] = {
    "studentised, symmetric": studentised,
    "studentised, equal tails": equal_tailed,
    "percentile": plain,
    "percentile, bias-corrected": corrected,
}


def main(worlds: int) -> None:
    """Print one line per number of treated villages, with and without an effect."""
    for effect in (EFFECT, 0.0):
        for treated in CONTROLS:
            _report(treated, effect, worlds)


def _report(treated: int, effect: float, worlds: int) -> None:
    errors, careless = [], []
    held: dict[str, list[bool]] = {name: [] for name in MAKERS}
    wide: dict[str, list[float]] = {name: [] for name in MAKERS}
    with progress(f"{treated} villages, effect {effect:,.0f}") as tick:
        for seed in range(worlds):
            one = world(treated, effect=effect, seed=10_000 + seed)
            point, intervals = _measured(one, seed)
            errors.append(point - one.truth)
            careless.append(_careless(one) - one.truth)
            for name, interval in intervals.items():
                low, high = interval or (-np.inf, np.inf)
                held[name].append(low <= one.truth <= high)
                wide[name].append(high - low)
            tick(seed + 1, worlds)
    off = np.array(errors)
    click.echo(
        f"{treated:4d} treated, effect {effect:>11,.0f}: bias {off.mean():>10,.0f} "
        f"(± {1.96 * off.std() / np.sqrt(worlds):,.0f}), spread {off.std():,.0f}, "
        f"bias of the careless estimator {np.mean(careless):,.0f}"
    )
    for name in MAKERS:
        click.echo(
            f"       {name:28s} held {np.mean(held[name]):6.1%}, median width {np.median(wide[name]):,.0f}"
        )


def _measured(one: World, seed: int) -> tuple[float, dict[str, Interval | None]]:
    cells = _after(one)
    weights = np.vstack([np.ones(len(cells.members)), draws(cells.members, DRAWS, seed=seed)])
    found, _logs = effects_and_logs(cells, weights, cells.members)
    point, error = float(found.value[0]), float(found.error[0])
    made = {name: make(point, error, found.value[1:], found.error[1:]) for name, make in MAKERS.items()}
    return point, made


def _careless(one: World) -> float:
    """The estimate of somebody who also compares with villages that were treated before."""
    cells = _after(World(replace(one.panel, spoiled=np.full(len(one.panel.start), NEVER)), one.truth))
    return float(effect_values(cells, np.ones((1, len(cells.members))))[0])


def _after(one: World) -> Cells:
    cells = design(one.panel).cells
    cells = cells.only(cells.month > 0)
    return cells.of(cells.members | cells.peers)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
