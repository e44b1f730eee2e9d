"""The weekly minute: a shop says that all is there, or corrects two counts, on a phone and a slow line."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from tests import cast, factories
from tests.browser import steps
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.tolls import tolls
from tests.served import Served

# Figures of docs/seller-workspace.md, from the open page of orders to the answer.
CONFIRM = {"taps": 2, "fields": 0, "kilobytes": 15}
CORRECT = {"taps": 2, "fields": 2, "kilobytes": 15}


def on_shelf(served: Served) -> dict[str, int]:
    with served.app():
        return {slug: factories.product(slug).variants[0].on_hand for slug in (cast.CHIPS, cast.CRACKERS)}


def at_the_orders(open_page: OpenPage, *, scripts: bool) -> Page:
    page = open_page(**PHONE, java_script_enabled=scripts)
    steps.sign_in(page, cast.SELLER)
    page.goto("/penjual/pesanan")
    return page


def goes_to_the_shelf(page: Page) -> None:
    with page.expect_navigation():
        page.locator(".work-nav").get_by_role("link", name="Stok", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_all_stock_is_confirmed_in_two_taps(open_page: OpenPage, phone: Page, scripts: bool) -> None:
    page = at_the_orders(open_page, scripts=scripts)
    with tolls(page, **CONFIRM):
        goes_to_the_shelf(page)
        with page.expect_navigation():
            page.get_by_role("button", name="Masih ada semua").click()
    expect(page.get_by_text("Stok dikonfirmasi. Pembeli melihat")).to_be_visible()
    phone.goto(f"/produk/{cast.CHIPS}")
    expect(phone.get_by_text("Stok dikonfirmasi hari ini")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_two_counts_are_corrected_with_one_button(open_page: OpenPage, served: Served, scripts: bool) -> None:
    page, before = at_the_orders(open_page, scripts=scripts), on_shelf(served)
    with tolls(page, **CORRECT):
        goes_to_the_shelf(page)
        write(page, {"Stok Keripik Pisang Cokelat": before[cast.CHIPS] - 3, "Stok Kerupuk Ikan": 31})
        with page.expect_navigation():
            page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("hitungan disimpan")).to_be_visible()
    assert on_shelf(served) == {cast.CHIPS: before[cast.CHIPS] - 3, cast.CRACKERS: 31}


def test_plus_and_minus_count_without_the_keyboard(open_page: OpenPage, served: Served) -> None:
    page, before = at_the_orders(open_page, scripts=True), on_shelf(served)
    goes_to_the_shelf(page)
    row = page.locator(f"#{cast.CHIPS}")
    for _press in range(2):
        row.get_by_role("button", name="Kurangi").click()
    steps.goes_on(steps.press(page, "Simpan"))
    assert on_shelf(served)[cast.CHIPS] == before[cast.CHIPS] - 2


def write(page: Page, counts: Mapping[str, int]) -> None:
    """Type a count into each of these fields."""
    for label, pieces in counts.items():
        page.get_by_label(label).fill(str(pieces))
