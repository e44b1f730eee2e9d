"""Decides what an effect is for given weights of the villages, and how uncertain it is. Pure linear algebra.

Every row of weights is one world: all ones is the sample itself, counts of drawn villages are one draw of the
bootstrap. One effect is the mean, over the months of treated villages, of the own change less the mean change
of the peers in that calendar month. The error is that of its linear approximation (the influence of each
village), taken within the two pools that are drawn from.
"""

from dataclasses import dataclass

import numpy as np

from marketplace.indicators.uplift.comparing import Cells
from marketplace.indicators.uplift.panel import Flags, Floats


@dataclass(frozen=True)
class Measured:
    """A number per row of weights, and its standard error."""

    value: Floats
    error: Floats


def effects_and_logs(cells: Cells, weights: Floats, pool: Flags) -> tuple[Measured, Measured]:
    """Rupiah per village and month for each row, and the log of sales over sales without the act.

    `pool` says which villages are drawn as treated. A log is NaN where sales without the act are not above
    zero.
    """
    value, pull, total = _effects(cells, weights)
    sold = (weights @ cells.level.sum(axis=1))[:, None] / total
    level = (cells.level.sum(axis=1) - sold * cells.treated.sum(axis=1)) / total
    fine = (sold > value) & (sold > 0)
    moved, held = np.where(fine, sold, 1.0), np.where(fine, sold - value, 1.0)
    logs = np.where(fine, np.log(moved / held), np.nan)[:, 0]
    log_pull = level / moved - (level - pull) / held
    return Measured(value[:, 0], _error(pull, weights, pool)), Measured(logs, _error(log_pull, weights, pool))


def values(cells: Cells, weights: Floats) -> Floats:
    """The effects alone."""
    value, *_rest = _means(cells, weights)
    return value[:, 0]


def _effects(cells: Cells, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Per row: the effect, what each village pulls it by, and the weighted count of village-months."""
    value, usual, share, total = _means(cells, weights)
    pull = cells.gain.sum(axis=1) - value * cells.treated.sum(axis=1)
    pull -= usual @ cells.treated.T
    pull -= share @ cells.drift.T
    pull += (share * usual) @ cells.control.T
    pull /= total
    return value, pull, total


def _means(cells: Cells, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Per row: the effect; per cell the change of peers, and treated months per peer; the count of months."""
    months = weights @ cells.treated
    peers = weights @ cells.control
    alone = peers == 0
    sample = cells.drift.sum(axis=0) / cells.control.sum(axis=0)
    # A draw without any peer in a cell keeps the comparison of the sample there.
    usual = np.where(alone, sample, (weights @ cells.drift) / np.where(alone, 1.0, peers))
    total = months.sum(axis=1)[:, None]
    value = (weights @ cells.gain.sum(axis=1) - (months * usual).sum(axis=1))[:, None] / total
    share = np.where(alone, 0.0, months / np.where(alone, 1.0, peers))
    return value, usual, share, total


def _error(pull: Floats, weights: Floats, pool: Flags) -> Floats:
    """The standard error of a sum of independent pulls, drawn within the pool and outside of it."""
    first = weights * pull
    second = first * pull
    variance = np.zeros(len(weights))
    for side in (pool, ~pool):
        size = int(side.sum())
        if size > 1:
            spread = second @ side - (first @ side) ** 2 / size
            variance += np.maximum(spread, 0.0) * size / (size - 1)
    errors: Floats = np.sqrt(variance)
    return errors
