"""Decides by how much every cell moves when village months are counted again: by the difference, exactly.

The rows under a village month are compared with what was kept. Shops, buyers and products whose rows changed
are counted in all cells around before and after, and nothing else of these cells is read; sums and spreads
move by what the village moved. Called in a short transaction, alone (`cells.refresh`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

from marketplace.indicators import cell_rows, counting, first_sales, members, spreads, tallies
from marketplace.indicators.belonging import (
    LENGTHS,
    Counts,
    Key,
    codes_around,
    keys_around,
    months_of,
    pairs_around,
)
from marketplace.indicators.counting import UPWARDS
from marketplace.indicators.periods import MONTH, QUARTER, YEAR
from marketplace.indicators.spreads import Spread, Spreads
from marketplace.regions.models import CODE_LENGTHS, VILLAGE

HIGHER = [length for level, length in LENGTHS.items() if level != VILLAGE]


def move(villages: Sequence[str], months: Sequence[str]) -> None:
    """Count these villages in each of these months from their facts, and bring all cells around to that."""
    steps = _members(villages, months)
    codes, keys = codes_around(villages), keys_around(months)
    spread = _spread(villages, months, codes, keys)
    kept = cell_rows.read(codes, keys)
    told = counting.of_villages(villages, months)
    own = set(product(villages, months))
    _add(steps, _differences(own, kept, told))
    here = own & (steps.keys() | _touched(spread) | (told.keys() ^ kept.keys()))
    new = _new(here, kept, steps, spread)
    cell_rows.write({pair: new[pair] for pair in here & told.keys()}, here)
    for kind in (QUARTER, YEAR):
        some = keys_around(months, (kind,))
        longer = counting.longer(kind, villages, months_of(some))
        _add(steps, _differences(set(product(villages, some)), kept, longer))
    _rise(steps)
    larger = (steps.keys() | _touched(spread)) - own
    new = _new(larger, kept, steps, spread)
    cell_rows.write({pair: some for pair, some in new.items() if any(some.values())}, larger)
    spreads.write(spread)


def _members(villages: Sequence[str], months: Sequence[str]) -> Counts:
    """Keep the tallies as the facts are now; by how much the distinct sums of all cells move."""
    changes = tallies.compare(villages, months)
    changed = {
        change.model: change.of(members.KINDS[change.model][0])
        for change in changes
        if change.model in members.KINDS
    }
    before = members.of_some(changed, months)
    tallies.keep(changes)
    if any(change.model is first_sales.SOLD and (change.gone or change.come) for change in changes):
        first_sales.know(villages)
    return members.moved(before, members.of_some(changed, months))


def _spread(villages: Sequence[str], months: Sequence[str], codes: list[str], keys: list[str]) -> Spreads:
    """The spreads of all cells around, moved by what has changed in those of the village months."""
    kept = spreads.read(codes, keys)
    counted = spreads.of_regions(VILLAGE, MONTH, villages, months)
    nothing = Spread(VILLAGE)
    for pair in product(villages, months):
        for step in list(kept.get(pair, nothing).steps_to(counted.get(pair, nothing))):
            for around in pairs_around(*pair):
                kept.setdefault(around, Spread(CODE_LENGTHS[len(around[0])])).add(*step)
    return kept


def _touched(spread: Spreads) -> set[Key]:
    return {pair for pair, some in spread.items() if some.touched}


def _differences(pairs: Iterable[Key], kept: Counts, told: Counts) -> Counts:
    """By how much the sums that go upwards differ from what is kept."""
    found: Counts = {}
    for pair in pairs:
        was, now = kept.get(pair, {}), told.get(pair, {})
        steps = {name: now.get(name, 0) - was.get(name, 0) for name in UPWARDS}
        if some := {name: step for name, step in steps.items() if step}:
            found[pair] = some
    return found


def _rise(steps: Counts) -> None:
    """Let the regions above move by what their villages move, in the same period."""
    villages = [pair for pair in steps if len(pair[0]) == LENGTHS[VILLAGE]]
    for code, key in villages:
        rising = {name: step for name, step in steps[code, key].items() if name in UPWARDS}
        for length in HIGHER:
            _add(steps, {(code[:length], key): rising})


def _add(steps: Counts, more: Counts) -> None:
    for pair, some in more.items():
        mine = steps.setdefault(pair, {})
        for name, step in some.items():
            mine[name] = mine.get(name, 0) + step


def _new(pairs: Iterable[Key], kept: Counts, steps: Counts, spread: Spreads) -> Counts:
    """These cells after their steps."""
    found: Counts = {}
    for pair in pairs:
        counts = found[pair] = defaultdict(int, kept.get(pair, {}))
        for name, step in steps.get(pair, {}).items():
            counts[name] += step
        if pair in spread and spread[pair].touched:
            counts.update(spread[pair].sums())
    return found
