"""Random worlds for the rule of privacy: who sold what where and when, and what a reader can solve.

An order is worth a rupiah, so a seller's orders are the seller's turnover; some sellers tower above others.
"""

from collections import defaultdict
from fractions import Fraction

from hypothesis import strategies as st

from marketplace.indicators.periods import Period, month, period
from marketplace.indicators.publishing.contributions import Contributions
from marketplace.indicators.publishing.covering import Cell
from marketplace.indicators.publishing.places import Tree, line, tree
from marketplace.indicators.publishing.suppression import Known, Shown, decide

YEAR = "2026"
Sales = dict[tuple[str, str], dict[int, int]]
Cells = dict[str, dict[str, Cell]]


@st.composite
def sales(draw: st.DrawFn, most_months: int = 12) -> tuple[Tree, Sales]:
    """Villages in a random tree, and per village and month how many orders each of its sellers completed."""
    kinds = st.sampled_from((0, 0, 1, 2, 3, 4, 6))
    villages = [
        f"18.{regency:02d}.{district:02d}.{2001 + number}"
        for regency in range(1, draw(st.integers(1, 3)) + 1)
        for district in range(1, draw(st.integers(1, 3)) + 1)
        for number in range(draw(st.integers(1, 4)))
    ]
    world: Sales = {}
    for village in villages:
        asleep = draw(st.integers(0, 3))
        for number in range(most_months):
            sellers = 0 if number < asleep else draw(kinds)
            if sellers:
                most = draw(st.integers(1, 3))
                start = hash_of(village)
                first = most * draw(st.sampled_from((1, 1, 1, 40)))
                some = {start + each: most for each in range(sellers)} | {start: first}
                world[village, f"2026-{number + 1:02d}"] = some
    return tree(villages), world


def hash_of(village: str) -> int:
    """The number of a village's first seller."""
    return int(village.replace(".", "")) * 10


def periods(most_months: int = 12) -> list[Period]:
    """Months, quarters and the year in the order in which they are over."""
    found = []
    for number in range(1, most_months + 1):
        found.append(month(f"2026-{number:02d}"))
        if number % 3 == 0:
            found.append(period(f"2026-Q{number // 3}"))
    return [*found, period(YEAR)] if most_months == 12 else found


def cells(places: Tree, world: Sales, all_periods: list[Period]) -> Cells:
    """Every cell that the world has, as it is counted: orders are added, sellers are counted again."""
    first: dict[str, str] = {}
    found: Cells = {}
    for village, key in world:
        for code in line(village):
            first[code] = min(first.get(code, key), key)
    for each in all_periods:
        sellers: dict[str, set[int]] = defaultdict(set)
        orders: dict[str, int] = defaultdict(int)
        for (village, key), some in world.items():
            if each.first <= key <= each.last:
                for code in line(village):
                    sellers[code] |= set(some)
                    orders[code] += sum(some.values())
        found[each.key] = {
            code: Cell(len(sellers[code]), orders[code], bool(sellers[code]), first[code] <= each.last)
            for code in places.codes
            if code in first
        }
    return found


def sellers(world: Sales) -> Contributions:
    """What each seller had of the turnover."""
    return Contributions(
        sold={atom: [(shop, (orders,)) for shop, orders in some.items()] for atom, some in world.items()}
    )


def published(places: Tree, world: Sales, most_months: int = 12) -> tuple[Cells, dict[str, Shown]]:
    """All cells and what is shown of them, decided period by period."""
    order = periods(most_months)
    counted = cells(places, world, order)
    shown: dict[str, Shown] = {}
    for each in order:
        shown[each.key] = decide(each, Known(places, counted, dict(shown), sellers(world)))
    return counted, shown


def bare(places: Tree, some: Contributions, shown: dict[str, Shown]) -> list[tuple[str, str]]:
    """Sums that a reader makes of shown cells by one subtraction, and that tell of a single seller.

    A shown cell itself; a shown cell less the shown ones right inside it; a longer one less its shown parts.
    """
    all_periods = [period(key) for key in shown]
    found = []
    for each in all_periods:
        for code in shown[each.key]:
            atoms = {(village, key) for village in places.villages[code] for key in each.months()}
            inside = {
                (village, key) for village in _within(code, places, shown[each.key]) for key in each.months()
            }
            shorter = {
                (village, key)
                for part in all_periods
                if part != each and each.first <= part.first and part.last <= each.last
                if code in shown[part.key]
                for village in places.villages[code]
                for key in part.months()
            }
            rests = (atoms, atoms - inside, atoms - shorter)
            if any(rest & some.sold.keys() and not some.safe(rest) for rest in rests):
                found.append((code, each.key))
    return sorted(found)


def _within(code: str, places: Tree, shown: Shown) -> set[str]:
    """The villages of the shown places inside a place."""
    inside = {part for part in shown if part.startswith(f"{code}.")}
    return {village for part in inside for village in places.villages[part]}


def told(places: Tree, counted: Cells, shown: dict[str, Shown], *, informed: bool) -> list[tuple[str, str]]:
    """Hidden cells that follow from the shown ones: Gauss over exact fractions, nothing clever.

    One unknown per village and month. The informed reader knows which of them are empty.
    """
    all_periods = [period(key) for key in counted]
    atoms = [
        (village, each.key)
        for each in all_periods
        if each.kind == "month"
        for village in places.lines
        if (cell := counted[each.key].get(village)) and (cell.there if informed else cell.awake)
    ]
    column = {atom: number for number, atom in enumerate(atoms)}

    def row(code: str, each: Period) -> dict[int, Fraction]:
        return {
            number: Fraction(1)
            for (village, key), number in column.items()
            if code in places.lines[village] and each.first <= key <= each.last
        }

    basis: dict[int, dict[int, Fraction]] = {}
    for each in all_periods:
        for code in shown.get(each.key, ()):
            put(basis, row(code, each))
    return [
        (code, each.key)
        for each in all_periods
        for code, cell in counted[each.key].items()
        if code not in shown.get(each.key, ())
        and (not informed or _hides_something(code, each, counted, shown))
        and cell.awake
        and not reduced(basis, row(code, each))
    ]


def _hides_something(code: str, each: Period, counted: Cells, shown: dict[str, Shown]) -> bool:
    """Whether the cell has a hidden month that is not empty: the others are sums of what is public."""
    return any(
        counted[key][code].there
        and code not in shown[key]
        and (each.kind != "year" or code not in shown[period(key).quarter().key])
        for key in counted
        if period(key).kind == "month" and each.first <= key <= each.last and code in counted[key]
    )


def reduced(basis: dict[int, dict[int, Fraction]], row: dict[int, Fraction]) -> dict[int, Fraction]:
    """What is left of a sum of unknowns beside the known sums; empty: it follows from them."""
    rest = dict(row)
    done: dict[int, Fraction] = {}
    while rest:
        lead = min(rest)
        if lead not in basis:
            done[lead] = rest.pop(lead)
            continue
        factor = rest[lead]
        for number, value in basis[lead].items():
            changed = rest.get(number, Fraction(0)) - factor * value
            if changed:
                rest[number] = changed
            else:
                rest.pop(number, None)
    return done


def put(basis: dict[int, dict[int, Fraction]], row: dict[int, Fraction]) -> None:
    """Let a sum of unknowns be known."""
    rest = reduced(basis, row)
    if rest:
        lead = min(rest)
        top = rest[lead]
        basis[lead] = {number: value / top for number, value in rest.items()}
