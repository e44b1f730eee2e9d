"""Invented villages with a known effect: heavy tails, seasons, sticky months, drop-outs, staggered acts.

The truth of a world is the mean of the effect over the village-months that the estimator is asked about.
Effects begin slowly and grow for half a year, so that a comparison with villages already treated goes wrong.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketplace.indicators.uplift.comparing import MOST_AFTER
from marketplace.indicators.uplift.panel import NEVER, Floats, Ints, Panel, panel

MONTHS = 36
FIRST_START, LAST_START = 12, 30
CONTROLS = {8: 16, 30: 60, 130: 260}
MEAN_SALES = 10_000_000.0
EFFECT = 3_000_000.0


@dataclass(frozen=True)
class World:
    """A panel, and the effect that was put into it: rupiah per village-month of the months 1 to 12 after."""

    panel: Panel
    truth: float


def world(treated: int, *, effect: float = EFFECT, seed: int, controls: int | None = None) -> World:
    """`treated` villages with acts spread over a year and a half, twice as many without one."""
    chance = np.random.default_rng(seed)
    others = CONTROLS[treated] if controls is None else controls
    count = treated + others
    sales = _usual(chance, count)
    start = np.full(count, NEVER)
    start[:treated] = np.sort(chance.choice(np.arange(FIRST_START, LAST_START + 1, 3), treated))
    added = _effects(chance, start, effect)
    outcome = np.where(_present(chance, start), sales + added, np.nan)
    return World(panel(outcome, start), _truth(outcome, start, added))


def _usual(chance: np.random.Generator, count: int) -> Floats:
    """Sales without any act: log-normal sizes, a common season and trend, sticky heavy-tailed months."""
    size = MEAN_SALES * np.exp(chance.normal(0, 0.8, count) - 0.32)
    months = np.arange(MONTHS)
    season = 1 + 0.35 * np.sin(2 * np.pi * (months + chance.integers(12)) / 12)
    trend = np.exp(0.01 * months + np.cumsum(chance.normal(0, 0.03, MONTHS)))
    shocks = chance.laplace(0, 0.15, (count, MONTHS))
    noise = np.zeros((count, MONTHS))
    noise[:, 0] = shocks[:, 0] / 0.8
    for month in range(1, MONTHS):
        noise[:, month] = 0.6 * noise[:, month - 1] + shocks[:, month]
    silent = chance.random((count, MONTHS)) < 0.03
    sold: Floats = np.where(silent, 0.0, size[:, None] * season * trend * np.exp(noise))
    return sold


def _effects(chance: np.random.Generator, start: Ints, effect: float) -> Floats:
    """Half of it at first, all of it from the sixth month on, and not the same in every village."""
    since = np.arange(MONTHS) - start[:, None]
    own = chance.gamma(4, 1 / 4, len(start))
    grown: Floats = np.where(since >= 0, effect * own[:, None] * np.clip(since / 6, 0.2, 1.0), 0.0)
    return grown


def _present(chance: np.random.Generator, start: Ints) -> npt.NDArray[np.bool_]:
    """A third joined late, but half a year before their act; one in seven leaves for good."""
    count = len(start)
    joined = np.where(chance.random(count) < 1 / 3, chance.integers(1, FIRST_START - 5, count), 0)
    leaves = np.where(chance.random(count) < 1 / 7, chance.integers(LAST_START, MONTHS, count), MONTHS)
    months = np.arange(MONTHS)
    there: npt.NDArray[np.bool_] = (months >= joined[:, None]) & (months < leaves[:, None])
    return there


def _truth(outcome: Floats, start: Ints, added: Floats) -> float:
    since = np.arange(MONTHS) - start[:, None]
    asked = (since >= 1) & (since <= MOST_AFTER) & ~np.isnan(outcome)
    return float(added[asked].mean())
