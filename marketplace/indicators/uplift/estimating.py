"""Decides what is said of an effect: a number with its interval, month by month, or why none is. Pure."""

from dataclasses import dataclass

import numpy as np

from marketplace.indicators.uplift.comparing import Cells, Design, design
from marketplace.indicators.uplift.drawing import SEED, Interval, draws, percentile, studentised
from marketplace.indicators.uplift.panel import Floats, Panel
from marketplace.indicators.uplift.weighing import Measured, effects_and_logs, values

LEAST_VILLAGES = 8
MOST_LOG = 5.0  # Beyond 150 times, sales without the act are as good as nothing, and percent mean nothing.
DRAWS = 2000
PRETENDED = 6
FEW_TREATED, FEW_BEFORE, NOTHING_AFTER, FEW_CONTROLS, NO_INTERVAL = (
    *("few treated", "few months before", "nothing after"),
    *("few controls", "no interval"),
)


@dataclass(frozen=True)
class Refused:
    """Why nothing is said, and how many villages there are on either side as far as that is counted."""

    why: str
    treated: int
    control: int


@dataclass(frozen=True)
class Effect:
    """Rupiah per village and month, and percent of the sales without the act, with 95 % intervals.

    Percent is None where the sales without the act come out near zero.
    """

    rupiah: float
    interval: Interval
    percent: float | None
    percent_interval: Interval | None


@dataclass(frozen=True)
class Step:
    """The effect in one month counted from the act (below zero: before it), over so many villages."""

    month: int
    rupiah: float
    interval: Interval
    villages: int


@dataclass(frozen=True)
class Own:
    """One treated village (its index): mean sales before and after, change of its peers; rupiah a month."""

    village: int
    before: float
    after: float
    peers: float
    months: int

    @property
    def effect(self) -> float:
        """Its own difference in differences; a single village has no interval."""
        return self.after - self.before - self.peers


@dataclass(frozen=True)
class Estimate:
    """What the act changed in months 1 to 12 after its own month, which is half before it and not counted.

    `left_…` are villages that were no longer on the platform in the last month, `unmatched` those that are
    compared with all for want of peers of their kind, `without_before` those left out for want of months.
    """

    effect: Effect
    steps: list[Step]
    pretended: Effect | None
    own: list[Own]
    treated: int
    control: int
    village_months: int
    left_treated: int
    left_control: int
    unmatched: int
    without_before: int

    @property
    def passed(self) -> bool:
        """Whether the pretended acts, half a year too early, find nothing."""
        return self.pretended is not None and _holds(self.pretended.interval, 0.0)

    @property
    def total(self) -> float:
        """Rupiah over all counted village-months."""
        return self.effect.rupiah * self.village_months


def estimate(panel: Panel, *, count: int = DRAWS, seed: int = SEED) -> Estimate | Refused:
    """The effect of the acts in a panel, or a refusal; 8 villages of each side are the least."""
    plan = design(panel)
    after = plan.cells.only(plan.cells.month > 0)
    refused = _refused(plan, after)
    if refused:
        return refused
    effect = overall(after, count=count, seed=seed)
    if effect is None:
        return Refused(NO_INTERVAL, int(after.members.sum()), int(after.peers.sum()))
    gone = np.isnan(panel.outcome[:, -1])
    return Estimate(
        effect=effect,
        steps=_steps(plan.cells, count, seed),
        pretended=_pretended(panel, count, seed),
        own=_own(after),
        treated=int(after.members.sum()),
        control=int(after.peers.sum()),
        village_months=int(after.treated.sum()),
        left_treated=int((gone & after.members).sum()),
        left_control=int((gone & after.peers & ~after.members).sum()),
        unmatched=plan.unmatched,
        without_before=plan.acted - plan.ready,
    )


def overall(cells: Cells, *, count: int, seed: int) -> Effect | None:
    """The mean effect over all cells, with its interval; None where the draws give none."""
    cells = _there(cells)
    effect, logs = effects_and_logs(cells, _weights(cells, count, seed), cells.members)
    interval = _interval(effect)
    if interval is None:
        return None
    ratio = _interval(logs)
    rupiah = float(effect.value[0])
    if ratio is None or ratio[1] > MOST_LOG:
        return Effect(rupiah, interval, None, None)
    percent = (_percent(ratio[0]), _percent(ratio[1]))
    return Effect(rupiah, interval, _percent(float(logs.value[0])), percent)


def _refused(plan: Design, after: Cells) -> Refused | None:
    """The first of the conditions that does not hold, with the villages counted up to there."""
    treated, control = int(after.members.sum()), int(after.peers.sum())
    steps = (
        (FEW_TREATED, plan.acted, plan.acted, plan.peers),
        (FEW_BEFORE, plan.ready, plan.ready, plan.peers),
        (FEW_CONTROLS, plan.peers, plan.ready, plan.peers),
        (NOTHING_AFTER, treated, treated, plan.peers),
        (FEW_CONTROLS, control, treated, control),
    )
    return next(
        (Refused(why, left, right) for why, size, left, right in steps if size < LEAST_VILLAGES), None
    )


def _there(cells: Cells) -> Cells:
    """Only villages that stand in some cell; nobody else is drawn."""
    return cells.of(cells.members | cells.peers)


def _weights(cells: Cells, count: int, seed: int) -> Floats:
    """The sample itself, then the draws."""
    pool = cells.members
    return np.vstack([np.ones(len(pool)), draws(pool, count, seed=seed)])


def _interval(found: Measured) -> Interval | None:
    return studentised(float(found.value[0]), float(found.error[0]), found.value[1:], found.error[1:])


def _holds(interval: Interval, value: float) -> bool:
    return interval[0] <= value <= interval[1]


def _percent(log_ratio: float) -> float:
    return float(np.expm1(log_ratio) * 100)


def _steps(cells: Cells, count: int, seed: int) -> list[Step]:
    """Month by month; a month with fewer than the least villages on either side is left out."""
    found = []
    for month in np.unique(cells.month):
        part = _there(cells.only(cells.month == month))
        villages = int(part.members.sum())
        if min(villages, int(part.peers.sum())) < LEAST_VILLAGES:
            continue
        moved = values(part, _weights(part, count, seed))
        found.append(Step(int(month), float(moved[0]), percentile(moved[1:]), villages))
    return found


def _pretended(panel: Panel, count: int, seed: int) -> Effect | None:
    """The same with every act moved half a year earlier, before anything happened: it should find nothing."""
    plan = design(panel.pretended(PRETENDED))
    cells = plan.cells.only((plan.cells.month > 0) & (plan.cells.month < PRETENDED))
    if min(int(cells.members.sum()), int(cells.peers.sum())) < LEAST_VILLAGES:
        return None
    return overall(cells, count=count, seed=seed)


def _own(after: Cells) -> list[Own]:
    usual = after.drift.sum(axis=0) / after.control.sum(axis=0)
    found = []
    for village in np.flatnonzero(after.members):
        there = after.treated[village] > 0
        sold = float(after.level[village, there].mean())
        before = sold - float(after.gain[village, there].mean())
        found.append(Own(int(village), before, sold, float(usual[there].mean()), int(there.sum())))
    return found
