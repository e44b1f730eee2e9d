"""The estimator on worlds with a known effect: no bias, the truth inside its interval, and no ghosts."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from marketplace.indicators.uplift import estimating
from marketplace.indicators.uplift.comparing import design
from marketplace.indicators.uplift.estimating import Effect, Estimate, Refused, estimate, overall
from marketplace.indicators.uplift.panel import NEVER, Panel, panel
from tests.indicators.uplift.worlds import EFFECT, World, world

WORLDS, DRAWS = 120, 400
# Treated villages as in `bench.uplift`, and so many worlds of each; large ones take longest.
SIZES = [(8, WORLDS), (30, 80), (130, 30)]
WIGGLE = 20


def effect_of(found: Panel, count: int = DRAWS) -> Effect:
    """The overall effect alone, with fewer draws."""
    cells = design(found).cells
    effect = overall(cells.only(cells.month > 0), count=count, seed=1)
    assert effect
    return effect


def careless(found: Panel) -> Panel:
    """The negative control: villages stay comparisons for others after their own act."""
    return replace(found, spoiled=np.full(len(found.start), NEVER))


def covered(worlds: Iterable[World], effects: Iterable[Effect]) -> float:
    """The share of intervals that hold the truth."""
    return float(
        np.mean([e.interval[0] <= w.truth <= e.interval[1] for w, e in zip(worlds, effects, strict=True)])
    )


def biases(
    worlds: Iterable[World], effects: Iterable[Effect]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Estimate less truth, world by world."""
    return np.array([e.rupiah - w.truth for w, e in zip(worlds, effects, strict=True)])


@pytest.mark.parametrize(("treated", "many"), SIZES)
def test_a_known_effect_is_found_without_bias_and_its_interval_holds_it(treated: int, many: int) -> None:
    worlds = [world(treated, seed=seed) for seed in range(many)]
    effects = [effect_of(each.panel) for each in worlds]
    off = biases(worlds, effects)
    assert abs(off.mean()) < 3 * off.std() / np.sqrt(many)
    assert abs(off.mean()) < 0.1 * EFFECT
    assert 0.9 <= covered(worlds, effects) < 1.0


def test_an_estimator_that_compares_with_villages_already_treated_fails_the_same_test() -> None:
    worlds = [world(30, seed=seed, controls=8) for seed in range(WORLDS)]
    # Only the estimates are looked at, and not their intervals.
    right = biases(worlds, [effect_of(each.panel, 40) for each in worlds])
    wrong = biases(worlds, [effect_of(careless(each.panel), 40) for each in worlds])
    assert abs(right.mean()) < 3 * right.std() / np.sqrt(WORLDS)
    assert wrong.mean() < -3 * wrong.std() / np.sqrt(WORLDS)
    assert wrong.mean() < -0.1 * EFFECT


@pytest.mark.parametrize(("treated", "many"), SIZES)
def test_where_nothing_happened_an_effect_is_found_no_more_often_than_it_should(
    treated: int, many: int
) -> None:
    worlds = [world(treated, effect=0.0, seed=500 + seed) for seed in range(many)]
    assert covered(worlds, [effect_of(each.panel) for each in worlds]) >= 0.9


def test_the_course_shows_nothing_before_the_act_and_growth_after_it() -> None:
    found = estimate(_plain(20, 40, effect=6_000.0))
    assert isinstance(found, Estimate)
    by = {step.month: step.rupiah for step in found.steps}
    assert [step.month for step in found.steps] == list(range(-12, 13))
    assert all(abs(by[month]) < WIGGLE for month in range(-12, 0))
    assert [by[0], by[3], by[12]] == pytest.approx([1_000, 4_000, 6_000], abs=WIGGLE)
    assert found.effect.rupiah == pytest.approx((2 + 3 + 4 + 5 + 8 * 6) * 1_000 / 12, abs=WIGGLE)
    assert found.total == pytest.approx(found.effect.rupiah * 20 * 12)
    assert found.effect.percent == pytest.approx(found.effect.rupiah / 30_000 * 100, rel=0.1)
    assert found.pretended and found.pretended.rupiah == pytest.approx(0, abs=WIGGLE)


def test_the_same_data_give_the_same_interval() -> None:
    one = world(8, seed=3).panel
    assert estimate(one) == estimate(one)


def test_a_village_that_left_counts_until_it_left() -> None:
    plain = _plain(20, 40, effect=6_000.0)
    outcome = plain.outcome.copy()
    outcome[0, 22:] = np.nan
    found = estimate(replace(plain, outcome=outcome))
    assert isinstance(found, Estimate)
    assert (found.left_treated, found.village_months) == (1, 20 * 12 - 9)
    assert found.own[0].months == 3
    assert found.own[0].effect == pytest.approx(3_000, abs=2 * WIGGLE)


def test_months_before_joining_are_missing_and_not_zero() -> None:
    plain = _plain(20, 40, effect=0.0)
    outcome = plain.outcome.copy()
    outcome[0, :14] = np.nan
    outcome[20, :14] = np.nan
    found = estimate(replace(plain, outcome=outcome))
    assert isinstance(found, Estimate)
    assert found.effect.rupiah == pytest.approx(0, abs=WIGGLE)


def test_a_village_is_compared_with_its_kind_and_with_all_where_its_kind_is_missing() -> None:
    plain = _plain(20, 40, effect=0.0)
    outcome = plain.outcome.copy()
    outcome[:10, 18:] += 5_000
    outcome[20:40, 18:] += 5_000
    kind = np.array([1] * 10 + [2] * 9 + [3] + [1] * 20 + [2] * 20)
    assert len(kind) == len(plain.start)
    apart = estimate(replace(plain, outcome=outcome, kind=kind))
    assert isinstance(apart, Estimate)
    assert apart.unmatched == 1
    assert apart.own[0].effect == pytest.approx(0, abs=WIGGLE)
    assert apart.own[10].effect == pytest.approx(0, abs=WIGGLE)
    assert apart.own[19].effect == pytest.approx(-2_500, abs=2 * WIGGLE)


@pytest.mark.parametrize(
    ("treated", "controls", "why"),
    [(7, 40, estimating.FEW_TREATED), (20, 7, estimating.FEW_CONTROLS), (20, 0, estimating.FEW_CONTROLS)],
)
def test_fewer_than_eight_villages_on_a_side_are_refused(treated: int, controls: int, why: str) -> None:
    assert estimate(_plain(treated, controls)) == Refused(why, treated, controls)


def test_too_few_months_before_or_after_are_refused() -> None:
    early = _plain(20, 40)
    assert estimate(_from(early, 16)) == Refused(estimating.FEW_BEFORE, 0, 0)
    assert estimate(replace(early, outcome=early.outcome[:, :19])) == Refused(estimating.NOTHING_AFTER, 0, 40)


def _from(whole: Panel, first: int) -> Panel:
    """The same without its first months."""
    start = np.where(whole.start < NEVER, whole.start - first, NEVER)
    return panel(whole.outcome[:, first:], start)


def _plain(treated: int, controls: int, effect: float = 0.0) -> Panel:
    """Villages of different size that move in step; acts in month 18, growing for half a year."""
    count = treated + controls
    months = np.arange(36)
    sizes = 20_000 + 1_000 * np.arange(count)
    season = 3_000 * np.sin(months / 2) + WIGGLE * np.cos(months * (1 + np.arange(count)[:, None] % 7))
    start = np.where(np.arange(count) < treated, 18, NEVER)
    grown = np.clip((months - 17) / 6, 0, 1) * effect
    outcome = sizes[:, None] + season + np.where((start < NEVER)[:, None], grown, 0.0)
    return panel(outcome, start)
