"""Decides over what the sums of a cell are spread, and what follows: sections, entropy, ways, median, P90.

A spread can be added up: that of a larger cell is the sum of those of its village months. So it is kept, and
moves by what has changed; what follows from it cannot be added, and is found again from these few numbers.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from math import log
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, tuple_

from marketplace.extensions import db
from marketplace.indicators.belonging import Key, whole
from marketplace.indicators.cell_models import CellSpread, GoodsMonth
from marketplace.indicators.models import OutcomeFact
from marketplace.orders.states import Status
from marketplace.regions.models import CODE_LENGTHS, DISTRICT, PROVINCE, REGENCY

CATEGORY, SECTION, WAY, MINUTES, COMPLAINTS = "category", "section", "way", "minutes", "complaints"
# Minutes and the sums that are their median and their P90.
TIMES = {
    MINUTES: ("median_minutes", "p90_minutes"),
    COMPLAINTS: ("complaint_minutes", "complaint_p90_minutes"),
}
MILLION = 1_000_000
# In large places the minutes are kept in parts of so many, so that an order rewrites few of them.
WIDTHS = {DISTRICT: 1_440, REGENCY: 120, PROVINCE: 120}
PORTION = 400
Amounts = dict[str, int]
Step = tuple[str, str, int]


class Spread:
    """Net rupiah of a cell by category and section, its completed orders by way and by minutes.

    `parts` is what is kept of it: part 0, and of a large place the minutes in parts of their own. A name
    whose amount is zero is not in it.
    """

    def __init__(self, level: str, parts: dict[int, dict[str, Amounts]] | None = None) -> None:
        self.level = level
        self.parts = parts or {}
        self.touched: set[int] = set()

    def add(self, what: str, name: str, amount: int) -> None:
        """Let so much more, or less, lie there."""
        part = self._part(what, name)
        amounts = self.parts.setdefault(part, {}).setdefault(what, {})
        amounts[name] = amounts.get(name, 0) + amount
        if not amounts[name]:
            del amounts[name]
        self.touched.add(part)

    def steps_to(self, other: "Spread") -> Iterator[Step]:
        """What has to be added to come to the other: what, name, amount."""
        mine, theirs = self._flat(), other._flat()
        for what, name in sorted(mine.keys() | theirs.keys()):
            amount = theirs.get((what, name), 0) - mine.get((what, name), 0)
            if amount:
                yield what, name, amount

    def kept(self, part: int) -> dict[str, Amounts]:
        """What is to be kept of a part: nothing empty."""
        return {what: amounts for what, amounts in self.parts.get(part, {}).items() if amounts}

    def sums(self) -> dict[str, int]:
        """The sums of `Totals` that follow from it."""
        sections = self._of(SECTION)
        return {
            "sectors": sum(net > 0 for section, net in sections.items() if section),
            "entropy_micro": _entropy(self._of(CATEGORY)),
            "ways": len(self._of(WAY)),
            **{name: value for what in TIMES for name, value in self._minutes(what)},
        }

    def _minutes(self, what: str) -> Iterator[tuple[str, int]]:
        """The median (of two middle ones their mean, half up) and the nearest rank of 90 %; 0 of nothing."""
        many = sum(sum(amounts.values()) for amounts in self._all(what))
        ranks = ((many + 1) // 2, many // 2 + 1, (many * 9 + 9) // 10)
        low, high, ninetieth = (self._at_rank(what, rank) if many else 0 for rank in ranks)
        yield from zip(TIMES[what], ((low + high + 1) // 2, ninetieth), strict=True)

    def _at_rank(self, what: str, rank: int) -> int:
        for amounts in self._all(what):
            many = sum(amounts.values())
            if rank > many:
                rank -= many
                continue
            for number in sorted(map(int, amounts)):
                rank -= amounts[str(number)]
                if rank <= 0:
                    return number
        raise ValueError("fewer than that")

    def _part(self, what: str, name: str) -> int:
        width = WIDTHS.get(self.level)
        return int(name) // width + 1 if width and what in TIMES else 0

    def _of(self, what: str) -> Amounts:
        return self.parts.get(0, {}).get(what, {})

    def _all(self, what: str) -> Iterator[Amounts]:
        for part in sorted(self.parts):
            yield self.parts[part].get(what, {})

    def _flat(self) -> dict[tuple[str, str], int]:
        return {
            (what, name): amount
            for some in self.parts.values()
            for what, amounts in some.items()
            for name, amount in amounts.items()
        }


Spreads = dict[Key, Spread]


def of_regions(level: str, kind: str, codes: Sequence[str], months: Sequence[str]) -> Spreads:
    """Count the spreads of these regions in the periods that the months lie in. Both must be whole."""
    found: Spreads = {}
    for what in (CATEGORY, SECTION, WAY, *TIMES):
        rows = db.session.execute(_statement(what, level, kind), {"codes": codes, "months": months})
        for code, slot, name, amount in rows:
            if (code, slot) not in found:
                found[code, slot] = Spread(level)
            found[code, slot].add(what, str(name), int(amount))
    return found


def read(codes: Sequence[str], keys: Sequence[str]) -> Spreads:
    """The spreads that are kept of these regions in the periods with these keys."""
    table = CellSpread.__table__.c
    found: Spreads = {}
    for start in range(0, len(codes), PORTION):
        rows = select(table.region_code, table.period_key, table.part, table.amounts).where(
            table.period_key.in_(keys), table.region_code.in_(codes[start : start + PORTION])
        )
        for code, key, part, amounts in db.session.execute(rows):
            found.setdefault((code, key), Spread(CODE_LENGTHS[len(code)])).parts[part] = amounts
    return found


def write(spreads: Spreads) -> None:
    """Keep those parts of these spreads that were touched."""
    table: Any = CellSpread.__table__
    parts = [(key, code, part) for (code, key), spread in spreads.items() for part in spread.touched]
    for start in range(0, len(parts), PORTION):
        some = parts[start : start + PORTION]
        place = tuple_(table.c.period_key, table.c.region_code, table.c.part)
        db.session.execute(delete(table).where(place.in_(some)))
    rows = [
        {"period_key": key, "region_code": code, "part": part, "amounts": amounts}
        for key, code, part in parts
        if (amounts := spreads[code, key].kept(part))
    ]
    if rows:
        db.session.execute(insert(table), rows)
    for spread in spreads.values():
        spread.touched.clear()


def equal(one: Spread | None, other: Spread | None, level: str) -> bool:
    """Whether both say the same."""
    nothing = Spread(level)
    return not any((one or nothing).steps_to(other or nothing))


def _entropy(nets: Amounts) -> int:
    """Shannon's H over categories with positive net: natural logarithm, in millionths, half up."""
    sold = sorted(net for net in nets.values() if net > 0)
    total = sum(sold)
    return int(-sum(net / total * log(net / total) for net in sold) * MILLION + 0.5)


@cache
def _statement(what: str, level: str, kind: str) -> Select[*tuple[Any, ...]]:
    if what in (CATEGORY, SECTION):
        at = whole(GoodsMonth, level, kind).c
        name, amount = at.category_slug if what == CATEGORY else at.section, func.sum(at.net)
        rows = select(at.code, at.slot, name, amount).group_by(at.code, at.slot, name)
        return rows.having(amount != 0)
    at = whole(OutcomeFact, level, kind).c
    name = {WAY: at.delivery_method, MINUTES: at.minutes, COMPLAINTS: at.complaint_minutes}[what]
    kept = at.status == Status.COMPLETED.value if what == WAY else name.is_not(None)
    return select(at.code, at.slot, name, func.count()).where(kept).group_by(at.code, at.slot, name)
