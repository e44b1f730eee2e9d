"""What an officer reads: SE-01 of a village, the lines under it, and both as a file."""

import csv
import io
from dataclasses import dataclass

from playwright.sync_api import Page

from marketplace.kit.clock import month_wib, now
from tests.browser.steps import amount, answer_to, eventually, goes_on

Line = tuple[str, str, str, int]
"""The line's code, the product, the pieces with their unit, the net value in rupiah."""


@dataclass(frozen=True)
class Figure:
    """SE-01 of a village in a month, with the lines that stand under it."""

    value: int
    lines: frozenset[Line]

    def more_than(self, before: "Figure") -> tuple[int, dict[str, tuple[str, int]]]:
        """By how much it rose, and through which lines (product -> pieces, net)."""
        assert before.lines <= self.lines, "a line of before is gone"
        new = self.lines - before.lines
        told = {product: (pieces, net) for _code, product, pieces, net in new}
        assert len(told) == len(new), "a product stands there twice"
        return self.value - before.value, told


def this_month() -> str:
    """The running month in WIB, as the addresses carry it."""
    return month_wib(now())


def read(page: Page, village: str, month: str) -> Figure:
    """Open SE-01 of a village, then the lines under it; the page and its file must say the same."""
    page.goto(f"/program/indikator/SE-01?wilayah={village}&periode={month}")
    value = amount(page.locator(".big-figure").inner_text())
    goes_on(answer_to(page, page.get_by_role("link", name="Lihat baris di balik angka").click))
    assert page.url.endswith(f"/program/indikator/SE-01/rincian?wilayah={village}&periode={month}")
    lines = frozenset(
        _line(row.locator("th, td").all_inner_texts()) for row in page.locator("tbody tr").all()
    )
    assert sum(net for *_words, net in lines) == value
    assert lines == _file(page)
    return Figure(value, lines)


def wait_for(page: Page, village: str, month: str, value: int) -> None:
    """Look at the figure until the worker has recorded the sale."""

    def there() -> bool:
        page.goto(f"/program/indikator/SE-01?wilayah={village}&periode={month}")
        return amount(page.locator(".big-figure").inner_text()) == value

    eventually(there, f"SE-01 of {village} never becomes {value}")


def _line(cells: list[str]) -> Line:
    return _first(cells[0]), _first(cells[1]), " ".join(cells[2].split()), amount(cells[4])


def _first(cell: str) -> str:
    return cell.strip().splitlines()[0].strip()


def _file(page: Page) -> frozenset[Line]:
    """The lines in the file that the page offers."""
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Unduh CSV").click()
    text = fetched.value.path().read_text("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return frozenset(
        (row["baris"], row["produk"], f"{row['jumlah']} {row['satuan']}", int(row["nilai_bersih"]))
        for row in rows
    )
