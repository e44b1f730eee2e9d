"""Decides whether what a few sellers made may be told: enough of them, and none that makes nearly all of it.

The rule is the p% rule of statistical offices: a sum is hidden when the second largest seller, who knows the
own sales, could estimate the largest within p% (Hundepool et al., Handbook on Statistical Disclosure Control,
ESSnet SDC, section 4.2.1 on magnitude tables). Pure; `gathering` brings the sums.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.indicators.sums import MILLIONTHS, RINGS, RUPIAH, SQUARED, UNITS

LEAST_SELLERS, PERCENT = 3, 10
OF_RUPIAH = (RUPIAH, SQUARED, MILLIONTHS)
Atom = tuple[str, str]
Sold = Mapping[Atom, Sequence[tuple[int, Sequence[int]]]]


@dataclass(frozen=True)
class Table:
    """Sums that are told together, and into which `parts` they split the turnover.

    A table is decided as a whole: of parts that add up, one alone cannot be hidden. `needed`: a sum of
    nobody is hidden too; of a part everybody may know that nobody had it.
    """

    name: str
    parts: tuple[str, ...]
    needed: bool = False


TURNOVER = Table("turnover", ("net",), needed=True)
PARTS = (
    Table("rings", tuple(f"ring_{ring}" for ring in RINGS)),
    Table("cashless", ("cashless", "cash")),
    Table("outlet", ("outlet", "elsewhere")),
    Table("weighed", ("weighed", "unweighed")),
)
_TABLES = {part: table for table in (TURNOVER, *PARTS) for part in table.parts}


def table_of(over: str) -> Table | None:
    """With which table a figure is shown whose numerator is this sum of `Totals`; None: never.

    Counts are shown with the turnover. A part of the rupiah that no table protects, and what is made of the
    rupiah of single sellers (their squares, an entropy of categories), is for officers alone.
    """
    return _TABLES.get(over) if UNITS.get(over) in OF_RUPIAH else TURNOVER


@dataclass(frozen=True)
class Contributions:
    """Rupiah of each seller by village and month (`sold`), one number for each part of the table."""

    table: Table = TURNOVER
    sold: Sold = field(default_factory=dict)

    def safe(self, atoms: Iterable[Atom]) -> bool:
        """Whether the sum over these villages and months could be told by itself."""
        sums: list[dict[int, int]] = [defaultdict(int) for _part in self.table.parts]
        for atom in atoms:
            for shop, amounts in self.sold.get(atom, ()):
                for part, amount in zip(sums, amounts, strict=True):
                    part[shop] += amount
        return all(self._told([abs(each) for each in part.values() if each]) for part in sums)

    def _told(self, amounts: list[int]) -> bool:
        if not amounts:
            return not self.table.needed
        return len(amounts) >= LEAST_SELLERS and not dominated(amounts)


def dominated(amounts: Collection[int]) -> bool:
    """Whether the total less the two largest is under p% of the largest (rupiah, above zero)."""
    largest, *others = sorted(amounts, reverse=True)
    return 100 * sum(others[1:]) < PERCENT * largest
