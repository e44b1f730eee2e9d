"""Decides which further cells of one period are hidden, so that no parent gives a hidden child away."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from marketplace.indicators.publishing.contributions import LEAST_SELLERS
from marketplace.indicators.publishing.places import Tree

LEAST_ORDERS = 5


@dataclass(frozen=True)
class Cell:
    """What is counted of one place and period: distinct sellers and orders.

    `there`: anything at all happened (a refund alone counts). `awake`: the place has sold until the end of
    the period; before its first sale there is nothing to hide, and everybody may know.
    """

    shops: int = 0
    orders: int = 0
    there: bool = False
    awake: bool = False


Cells = Mapping[str, Cell]
NOTHING = Cell()


def small(cell: Cell) -> bool:
    """Whether a cell is hidden by itself: fewer than 3 sellers or 5 orders. A true zero is."""
    return cell.shops < LEAST_SELLERS or cell.orders < LEAST_ORDERS


class Cover:
    """One period under the hand of the rule: `hidden` grows until every remainder is safe.

    `safe` answers whether the sellers of some villages together could be told (`contributions`). `fixed`
    cells are known already (the sum of cells that were shown before), so hiding them hides nothing.
    Of several that could be hidden the one in `liked` goes first, then the one with the fewest orders, then
    the lower code: the same every time.
    """

    def __init__(
        self,
        tree: Tree,
        cells: Cells,
        hidden: set[str],
        *,
        safe: Callable[[Collection[str]], bool],
        fixed: Collection[str] = (),
        liked: Collection[str] = (),
    ) -> None:
        self.tree, self.cells, self.hidden, self.sellers_safe = tree, cells, hidden, safe
        self.fixed, self.liked = fixed, liked

    def close(self) -> None:
        """Look at every shown place, from below, and hide until its remainder tells nothing.

        What a place shows less what is shown inside it must be no cell at all, or one that could be shown:
        at least 5 orders and 3 sellers of whom none makes nearly all, from at least two hidden places.
        """
        for code in self.tree.codes:
            while code not in self.hidden and code in self.tree.below and not self._safe(code):
                inside = self.choices(self.tree.below[code])
                if not inside:
                    if code not in self.fixed:
                        self.hidden.add(code)
                    break
                self.open_up(inside[0])

    def open_up(self, code: str) -> None:
        """Hide a place, and inside it as much as makes hiding it mean something."""
        self.hidden.add(code)
        if code in self.tree.below and not any(self._rest(code, there=True)):
            inside = self.choices(self.tree.below[code])
            if inside:
                self.open_up(inside[0])

    def choices(self, places: Iterable[str]) -> list[str]:
        """Those of the places that are shown and could be hidden with effect, best first."""
        shown = [
            code
            for code in places
            if code not in self.hidden and code not in self.fixed and self.cells.get(code, NOTHING).there
        ]
        return sorted(shown, key=lambda code: (code not in self.liked, self.cells[code].orders, code))

    def _safe(self, code: str) -> bool:
        unknown = self._rest(code, there=False)
        full = self._rest(code, there=True)
        if len(unknown) == 1 or len(full) == 1:
            return False
        return not full or self._large(code)

    def _large(self, code: str) -> bool:
        """Whether the remainder could be shown."""
        shown, hidden = self._parts(code)
        orders = self.cells.get(code, NOTHING).orders
        orders -= sum(self.cells.get(part, NOTHING).orders for part in shown)
        return orders >= LEAST_ORDERS and self.sellers_safe(hidden)

    def _parts(self, code: str) -> tuple[list[str], list[str]]:
        """The largest shown places inside a place, and the hidden villages that lie in none of them."""
        shown, hidden = [], []
        for child in self.tree.below.get(code, ()):
            if child not in self.hidden:
                shown.append(child)
            elif child in self.tree.below:
                inside, outside = self._parts(child)
                shown += inside
                hidden += outside
            else:
                hidden.append(child)
        return shown, hidden

    def _rest(self, code: str, *, there: bool) -> list[str]:
        """Children with hidden villages in the remainder: any that has sold before, or with something now."""
        return [child for child in self.tree.below[code] if child in self.hidden and self._has(child, there)]

    def _has(self, code: str, there: bool) -> bool:
        if code not in self.tree.below:
            cell = self.cells.get(code, NOTHING)
            return cell.there if there else cell.awake
        return any(self._has(child, there) for child in self.tree.below[code] if child in self.hidden)
