"""Decides how far a value lies from the others, in a way that a few wild ones cannot move. Pure."""

from collections.abc import Sequence
from math import log
from statistics import median

FAR = 5.0
LEAST = 8
# Sigma of a normal distribution over the median of distances from its median.
_TO_SIGMA = 1.4826
# In logs. Where nearly all are alike, twice as much is no finding; four and a half times as much is.
_LEAST_SPREAD = 0.3


def far(value: int, others: Sequence[int]) -> float | None:
    """How many robust standard deviations log(value) lies from the median of log(others).

    After Iglewicz and Hoaglin (1993): median and median absolute deviation, on logs because sums of money
    spread by factors. None where the value or too few of the others are above zero.
    """
    logs = [log(other) for other in others if other > 0]
    if value <= 0 or len(logs) < LEAST:
        return None
    middle = median(logs)
    spread = _TO_SIGMA * median(abs(each - middle) for each in logs)
    return (log(value) - middle) / max(spread, _LEAST_SPREAD)
