"""Decides which village is compared with which, month by month: never with one that was treated before. Pure.

After Callaway and Sant'Anna (2021), group-time effects with controls not yet treated, and the stacked designs
of Wing, Freedman and Hollingsworth (2024): villages with the same month of treatment and the same months
before it are compared with villages seen in all those months and without an act until the compared month.
From what a village sold its own mean of the months before is taken; so levels cancel within a village, and
seasons and whatever else meets all villages in a calendar month cancel between the two.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from marketplace.indicators.uplift.panel import ANY_KIND, Flags, Floats, Ints, Panel

MOST_BEFORE, MOST_AFTER = 12, 12
LEAST_BEFORE = 3
LEAST_PEERS = 3


@dataclass(frozen=True)
class Group:
    """Treated villages (indexes) with the same month of the act, first month before it, and peers."""

    members: Ints
    start: int
    first: int
    peers: Flags


@dataclass(frozen=True)
class Cells:
    """One column per group and month after (or before) its act; rows are all villages of the panel.

    `treated` and `control` say whether a village is observed there in that role, `gain` and `drift` its sales
    less its own mean before (0 where it is not), `level` the sales themselves of the treated, in rupiah.
    `month` counts from the act.
    """

    treated: Floats
    gain: Floats
    level: Floats
    control: Floats
    drift: Floats
    month: Ints

    def only(self, columns: Flags) -> "Cells":
        """Some of the columns."""
        return _of((part[:, columns] for part in self._parts), self.month[columns])

    def of(self, villages: Flags) -> "Cells":
        """Some of the villages."""
        return _of((part[villages] for part in self._parts), self.month)

    @property
    def _parts(self) -> tuple[Floats, ...]:
        return (self.treated, self.gain, self.level, self.control, self.drift)

    @property
    def members(self) -> Flags:
        """Which villages are treated ones here."""
        return np.asarray(self.treated.any(axis=1))

    @property
    def peers(self) -> Flags:
        """Which villages serve as a comparison here."""
        return np.asarray(self.control.any(axis=1))


@dataclass(frozen=True)
class Design:
    """All cells of a panel, and villages: with an act and with enough months before it, with peers at all.

    `unmatched` found too few of their kind and are compared with all.
    """

    cells: Cells
    acted: int
    ready: int
    peers: int
    unmatched: int


def design(panel: Panel) -> Design:
    """Compare every treated village that was seen at least LEAST_BEFORE months before its act."""
    seen = ~np.isnan(panel.outcome)
    keyed: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    acted = np.flatnonzero(panel.start < panel.outcome.shape[1])
    unmatched = 0
    for village in map(int, acted):
        start = int(panel.start[village])
        first = _first_before(seen[village], start)
        if start - first >= LEAST_BEFORE:
            alike = _has_peers(panel, seen, village, first)
            unmatched += not alike
            keyed[start, first, int(panel.kind[village]) if alike else ANY_KIND].append(village)
    groups = [
        Group(np.array(members), start, first, _peers(panel, seen, start, first, kind))
        for (start, first, kind), members in sorted(keyed.items())
    ]
    ready = sum(len(group.members) for group in groups)
    peers = np.zeros(len(panel.start), bool)
    for group in groups:
        peers |= group.peers
    return Design(_cells(panel, seen, groups), len(acted), ready, int(peers.sum()), unmatched)


def _first_before(seen: Flags, start: int) -> int:
    """The first month of the unbroken stretch before the act, at most MOST_BEFORE of them."""
    first = start
    while first > max(0, start - MOST_BEFORE) and seen[first - 1]:
        first -= 1
    return first


def _peers(panel: Panel, seen: Flags, start: int, first: int, kind: int) -> Flags:
    """Seen in every month before, without an act until after the month of this one, and of that kind."""
    whole: Flags = seen[:, first:start].all(axis=1) & (panel.spoiled > start)
    return whole if kind == ANY_KIND else whole & (panel.kind == kind)


def _has_peers(panel: Panel, seen: Flags, village: int, first: int) -> bool:
    kind = int(panel.kind[village])
    peers = _peers(panel, seen, int(panel.start[village]), first, kind)
    return kind != ANY_KIND and int(peers.sum()) >= LEAST_PEERS


def _of(parts: Iterable[Floats], month: Ints) -> Cells:
    treated, gain, level, control, drift = parts
    return Cells(treated, gain, level, control, drift, month)


def _cells(panel: Panel, seen: Flags, groups: Iterable[Group]) -> Cells:
    columns = [column for group in groups for column in _columns(panel, seen, group)]
    if not columns:
        empty = np.zeros((len(panel.start), 0))
        return Cells(empty, empty, empty, empty, empty, np.zeros(0, np.int64))
    parts = [np.stack(part, axis=1) for part in zip(*(column[:5] for column in columns), strict=True)]
    return _of(parts, np.array([column[5] for column in columns]))


def _columns(
    panel: Panel, seen: Flags, group: Group
) -> Iterator[tuple[Floats, Floats, Floats, Floats, Floats, int]]:
    """Per month around the act: who is there as treated and as peer, and how far from the mean before."""
    member = np.zeros(len(panel.start), bool)
    member[group.members] = True
    before = panel.outcome[:, group.first : group.start].mean(axis=1)
    usual = np.where(member | group.peers, before, 0.0)
    last = min(group.start + MOST_AFTER, panel.outcome.shape[1] - 1)
    for month in range(group.first, last + 1):
        treated = member & seen[:, month]
        control = group.peers & seen[:, month] & (panel.spoiled > month)
        if not treated.any() or control.sum() < LEAST_PEERS:
            continue
        sold = np.where(treated | control, panel.outcome[:, month], 0.0)
        change = sold - usual
        yield (
            *(treated.astype(float), change * treated, sold * treated),
            *(control.astype(float), change * control, month - group.start),
        )
