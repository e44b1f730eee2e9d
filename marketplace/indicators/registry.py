"""Decides which indicators there are, and in which order. `figures` computes each kind.

Adding one: declare it in `declared/`, give `Totals` the sum it needs, and write its golden month in the tests
(`docs/indicators.md` has the recipe).
"""

from collections.abc import Collection

from marketplace.indicators.declared import beside, goods, reach, standing, turnover
from marketplace.indicators.declaring import (
    DISTINCT,
    GROWTH,
    PERCENT,
    RATIO,
    RUPIAH,
    SHOPS,
    SUM,
    Indicator,
)

__all__ = ["DISTINCT", "GROWTH", "PERCENT", "RATIO", "RUPIAH", "SHOPS", "SUM", "Indicator"]

_DECLARED = (*turnover.DECLARED, *goods.DECLARED, *reach.DECLARED, *standing.DECLARED, *beside.DECLARED)

# Every figure that is computed, sub-measures and what is only shown beside the set included, by code.
INDICATORS: dict[str, Indicator] = {
    each.code: each for each in sorted(_DECLARED, key=lambda each: (each.code[:5], each.part_of is not None))
}
EVERY: Collection[Indicator] = INDICATORS.values()
# The twenty: what pages show as rows and columns. Their sub-measures stand inside.
MAIN: dict[str, Indicator] = {
    code: each for code, each in INDICATORS.items() if each.part_of is None and each.scored
}
# Main figures that are shown beside the twenty and never scored.
BESIDE: dict[str, Indicator] = {
    code: each for code, each in INDICATORS.items() if each.part_of is None and not each.scored
}


def parts_of(code: str) -> list[Indicator]:
    """The sub-measures of an indicator, in the order in which they are declared."""
    return [each for each in INDICATORS.values() if each.part_of == code]
