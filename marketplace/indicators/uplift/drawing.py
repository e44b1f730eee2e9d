"""Decides how villages are drawn again, and what interval the draws give: the same data, the same one."""

import numpy as np

from marketplace.indicators.uplift.panel import Flags, Floats

SEED = 18
LEVEL = 0.95
Interval = tuple[float, float]


def draws(pool: Flags, count: int, *, seed: int = SEED) -> Floats:
    """`count` rows of weights: how often each village is drawn, treated and others each from their own."""
    chance = np.random.default_rng(seed)
    weights = np.zeros((count, len(pool)))
    for side in (pool, ~pool):
        size = int(side.sum())
        if size:
            weights[:, side] = chance.multinomial(size, np.full(size, 1 / size), size=count)
    return weights


def percentile(values: Floats) -> Interval:
    """The middle of the draws themselves: rougher than `studentised`, calmer where a village is large."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def studentised(point: float, error: float, values: Floats, errors: Floats) -> Interval | None:
    """The symmetric bootstrap-t interval: how far draws lie from the sample, in their own errors, either way.

    None where fewer than nine in ten draws can be used. Hall (1988), Davison and Hinkley (1997, section 5.2).
    It covered best among four kinds on worlds with a known effect (docs/uplift.md).
    """
    usable = np.isfinite(values) & np.isfinite(errors) & (errors > 0)
    if usable.mean() < 0.9 or not np.isfinite(point):
        return None
    far = float(np.quantile(np.abs(values[usable] - point) / errors[usable], LEVEL))
    return point - far * error, point + far * error
