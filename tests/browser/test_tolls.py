"""The counting itself: taps, fields and bytes are seen, and a story over its figures fails."""

import time

import pytest
from playwright.sync_api import Page

from tests import cast
from tests.browser.tolls import tolls


def _sign_in(page: Page) -> None:
    page.goto("/masuk")
    page.get_by_label("Email").fill(cast.BUYER)
    page.get_by_label("Kata sandi").fill(cast.PASSWORD)
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="Masuk").click()


def test_taps_fields_and_bytes_are_counted(phone_plain: Page) -> None:
    with tolls(phone_plain, taps=1, fields=2, kilobytes=600) as toll:
        began = time.monotonic()
        _sign_in(phone_plain)
        assert time.monotonic() - began > 0.6, "three answers of a line with 300 ms"
    assert (toll.taps, toll.fields) == (1, 2)
    assert toll.kilobytes > 10 and toll.sent > len(cast.PASSWORD)


@pytest.mark.parametrize(("taps", "fields", "kilobytes"), [(0, 9, 999), (9, 1, 999), (9, 9, 5)])
def test_a_story_over_its_figures_fails(phone: Page, taps: int, fields: int, kilobytes: int) -> None:
    with (
        pytest.raises(AssertionError, match="taps"),
        tolls(phone, taps=taps, fields=fields, kilobytes=kilobytes),
    ):
        _sign_in(phone)
