"""Decides what the estimator looks at: villages by months, and when each of them was treated. Pure."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER = 10**6
ANY_KIND = -1


@dataclass(frozen=True)
class Panel:
    """`outcome[village, month]` in rupiah; NaN: not on the platform in that month, which is not zero.

    `start` is the month (an index) of the act whose effect is asked for, NEVER without one; `spoiled` the
    month of a village's first act of any kind, from which on it is no comparison for others. `kind` says
    which villages are alike (ANY_KIND: nobody knows, so it is compared with all).
    """

    outcome: Floats
    start: Ints
    spoiled: Ints
    kind: Ints

    def only(self, treated: Flags) -> "Panel":
        """The same for some of the treated; the others are compared with, but only until their act."""
        return replace(self, start=np.where(treated, self.start, NEVER))

    def pretended(self, earlier: int) -> "Panel":
        """As if each act had come some months earlier, and without all that happened from the real one on."""
        months = np.arange(self.outcome.shape[1])
        after = (months >= self.start[:, None]) & (self.start < NEVER)[:, None]
        start = np.where(self.start < NEVER, self.start - earlier, NEVER)
        return replace(self, outcome=np.where(after, np.nan, self.outcome), start=start)


def panel(outcome: Floats, start: Ints, spoiled: Ints | None = None, kind: Ints | None = None) -> Panel:
    """A panel of plain arrays; without `spoiled` the act itself is what spoils."""
    own = start if spoiled is None else np.minimum(spoiled, start)
    return Panel(outcome, start, own, np.zeros(len(start), np.int64) if kind is None else kind)
