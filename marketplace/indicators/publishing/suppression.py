"""Decides which cells the public may see, so that neither a cell nor any sum or difference names a small one.

Decided once per period, when it is over, from nothing but what is over: months look at their month, quarters
at the quarter and what was decided of its months, years at both. What is shown stays shown, what is hidden
stays hidden; a later period can only be hidden itself. `docs/privacy-of-figures.md` tells why this is enough.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from marketplace.indicators.periods import MONTH, YEAR, Period, month
from marketplace.indicators.publishing.contributions import Contributions
from marketplace.indicators.publishing.covering import (
    LEAST_ORDERS,
    NOTHING,
    Cell,
    Cells,
    Cover,
    small,
)
from marketplace.indicators.publishing.places import Tree, line
from marketplace.indicators.publishing.solving import PRIME, Node, circulation

Shown = frozenset[str]
EMPTY: Shown = frozenset()


@dataclass(frozen=True)
class Known:
    """All cells by period key, which of them were decided to be shown before, and who sold what."""

    tree: Tree
    cells: Mapping[str, Cells]
    shown: Mapping[str, Shown]
    sellers: Contributions = field(default_factory=Contributions)

    def cell(self, code: str, key: str) -> Cell:
        """One cell; one that nobody counted is empty."""
        return self.cells.get(key, {}).get(code, NOTHING)

    def safe(self, villages: Iterable[str], keys: Sequence[str]) -> bool:
        """Whether what sellers sold in these villages and months could be told as one sum."""
        return self.sellers.safe((village, key) for village in villages for key in keys)

    def is_shown(self, code: str, key: str) -> bool:
        """Whether it was decided to be shown."""
        return code in self.shown.get(key, EMPTY)

    def fixed(self, code: str, period: Period) -> bool:
        """Whether a longer cell is the sum of shown ones: then it tells nothing new."""
        shown, rest = self.shorter(code, period)
        return bool(shown) and not rest

    def secret(self, code: str, period: Period, informed: bool) -> bool:
        """Whether a hidden cell must be told to nobody.

        For who knows which villages sold nothing, the sum of shown months and of nothing is no secret: such a
        cell is hidden only so that nobody else learns which month was the empty one.
        """
        if not informed:
            return self.cell(code, period.key).awake
        rest = self.shorter(code, period)[1]
        return any(self.cell(code, part.key).there for part in rest)

    def shorter(self, code: str, period: Period) -> tuple[list[Period], list[Period]]:
        """The largest shown parts of a place's period, and its hidden months outside of them.

        Months before its first sale are neither.
        """
        shown: dict[Period, None] = {}
        rest: list[Period] = []
        for part in months(period):
            whole = part.quarter()
            if period.kind == YEAR and self.is_shown(code, whole.key):
                shown[whole] = None
            elif self.is_shown(code, part.key):
                shown[part] = None
            elif self.cell(code, part.key).awake:
                rest.append(part)
        return list(shown), rest


def decide(period: Period, known: Known, within: Shown | None = None) -> Shown:
    """The places whose figures of this period are shown. Its months (and quarters) were decided before.

    `within`: the places whose turnover is shown, when a table of its parts is decided.
    """
    tree, cells = known.tree, known.cells.get(period.key, {})
    hidden = {code for code in tree.codes if within is not None and code not in within}
    hidden |= {code for code in tree.codes if code not in hidden and _bare(code, period, known)}
    if period.kind == MONTH:
        before = known.shown.get(period.back().key, EMPTY)
        liked = {code for code in tree.codes if code not in before}
        Cover(tree, cells, hidden, safe=_sellers_safe(period, known), liked=liked).close()
    else:
        hidden |= {code for code in tree.codes if code not in hidden and _row_tells(code, period, known)}
        _close_over_time(period, known, hidden)
    shown = frozenset(code for code in tree.codes if code not in hidden)
    return shown if within is None else shown & within


def _bare(code: str, period: Period, known: Known) -> bool:
    """Whether a cell is hidden by itself."""
    if small(known.cell(code, period.key)):
        return True
    return not known.safe(known.tree.villages[code], period.months())


def _sellers_safe(period: Period, known: Known) -> Callable[[Collection[str]], bool]:
    keys = period.months()
    return lambda villages: known.safe(villages, keys)


def months(period: Period) -> list[Period]:
    """The months of a period, in the order of time."""
    return month(period.last).run(int(period.last[-2:]) - int(period.first[-2:]) + 1)


def parts(period: Period) -> list[Period]:
    """What a longer period is made of and could be shown before it: its months; a year's quarters too."""
    some = months(period)
    quarters = list(dict.fromkeys(part.quarter() for part in some)) if period.kind == YEAR else []
    return [*some, *quarters]


def _row_tells(code: str, period: Period, known: Known) -> bool:
    """Whether a place's longer cell less its shown shorter ones leaves something small."""
    if known.fixed(code, period):
        return False
    shown, rest = known.shorter(code, period)
    full = [part for part in rest if known.cell(code, part.key).there]
    if len(rest) == 1 or len(full) == 1:
        return True
    if not full:
        return False
    cell = known.cell(code, period.key)
    orders = cell.orders - sum(known.cell(code, part.key).orders for part in shown)
    return orders < LEAST_ORDERS or not known.safe(known.tree.villages[code], [part.key for part in rest])


def _close_over_time(period: Period, known: Known, hidden: set[str]) -> None:
    """Hide until the months, quarters and places together determine nothing hidden."""
    tree, cells = known.tree, known.cells.get(period.key, {})
    fixed = {code for code in tree.codes if known.fixed(code, period)}
    hidden -= fixed
    liked = {code for code in tree.codes if known.secret(code, period, True)}
    cover = Cover(tree, cells, hidden, safe=_sellers_safe(period, known), fixed=fixed, liked=liked)
    while True:
        cover.close()
        told = determined(period, known, frozenset(set(tree.codes) - hidden))
        helped = False
        for places in _by_parent(code for code, _key in told).values():
            helped = any(_hide_near(place, cover) for place in places) or helped
        if not helped:
            return


def _by_parent(codes: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        groups[code.rpartition(".")[0]].append(code)
    return groups


def _hide_near(code: str, cover: Cover) -> bool:
    """Hide what gives a place away: its own cell, one inside, one beside, one above. False: none is left."""
    for here in line(code):
        inside = cover.tree.below.get(here, ())
        beside = cover.tree.below.get(here.rpartition(".")[0], ())
        for group in ((here,), inside, beside):
            choices = cover.choices(group)
            if choices:
                cover.open_up(choices[0])
                return True
    return False


def determined(period: Period, known: Known, shown: Shown) -> list[tuple[str, str]]:
    """Hidden cells (place, period key) of a longer period and its parts that the shown ones determine.

    Asked twice: of a reader to whom every hidden village is an unknown, and of one who knows which of them
    sold nothing. A cell in which something happened may be told to neither, an empty one not to the first.
    """
    looked_at = replace(known, shown={**known.shown, period.key: shown})
    found: dict[tuple[str, str], None] = {}
    for informed in (True, False):
        sums = _drawn(period, looked_at, informed)
        for part in [*parts(period), period]:
            for code in known.cells.get(part.key, {}):
                if looked_at.is_shown(code, part.key) or sums[code, part.key] % PRIME:
                    continue
                if looked_at.secret(code, part, informed):
                    found[code, part.key] = None
    return sorted(found)


def _drawn(period: Period, known: Known, informed: bool) -> dict[tuple[str, str], int]:
    """A random solution that changes no shown cell, summed for every place and period."""
    edges, owners = _unknowns(period, known, informed)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (village, keys), value in zip(owners, circulation(edges), strict=True):
        for code in known.tree.lines[village]:
            for key in keys:
                sums[code, key] += value
    return sums


def _unknowns(
    period: Period, known: Known, informed: bool
) -> tuple[list[tuple[Node, Node]], list[tuple[str, set[str]]]]:
    """An edge per hidden village and month, from its block of the month to its block of what is longer."""
    edges: list[tuple[Node, Node]] = []
    owners: list[tuple[str, set[str]]] = []
    outer = _blocks(known, period, new=True)
    for part in months(period):
        month_blocks = _blocks(known, part, new=False)
        quarter = part.quarter()
        inner = _blocks(known, quarter, new=True) if quarter != period else {}
        for village in known.tree.lines:
            cell = known.cell(village, part.key)
            block = month_blocks.get(village)
            if (cell.there if informed else cell.awake) and block != village:
                left = ("month", part.key, block) if block else None
                edges.append((left, _longer(quarter.key, inner.get(village), outer.get(village))))
                owners.append((village, {part.key, quarter.key, period.key}))
    return edges, owners


def _longer(quarter: str, inner: str | None, outer: str | None) -> Node:
    """The node of the longer periods. A sum of zero at each of them keeps every quarter and the year.

    Where the two cut the villages differently, their common pieces are kept: stricter than need be.
    """
    if inner:
        return ("quarter", quarter, inner, outer)
    return ("longer", outer) if outer else None


def _blocks(known: Known, period: Period, *, new: bool) -> dict[str, str]:
    """For each village the smallest shown place around it; `new`: without what shorter periods tell."""
    shown = known.shown.get(period.key, EMPTY)
    if new:
        shown = frozenset(code for code in shown if not known.fixed(code, period))
    found: dict[str, str] = {}
    for village, above in known.tree.lines.items():
        nearest = next((code for code in above if code in shown), None)
        if nearest:
            found[village] = nearest
    return found
