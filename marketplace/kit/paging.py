"""Decides how long lists are cut into pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
LONGEST = 6  # digits of a page number


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: `page` counts from 1, `total` rows in all."""

    rows: Sequence[Row]
    page: int
    per_page: int
    total: int
    address: Callable[[int], str] = lambda number: f"?halaman={number}"

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))

    def url(self, number: int) -> str:
        """The address of another page of the same list."""
        return self.address(number)


def page_number(text: str | None) -> int:
    """The page somebody asked for; what is not a sensible number is page 1."""
    sensible = text is not None and text.isascii() and text.isdigit() and len(text) <= LONGEST
    return max(1, int(text)) if text and sensible else 1
