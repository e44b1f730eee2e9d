"""The front page opens for everybody: on a small phone, without JavaScript, on a wide screen."""

from playwright.sync_api import Page


def test_the_front_page_fits_a_small_phone(phone: Page) -> None:
    phone.goto("/")
    assert phone.locator("h1").is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_without_javascript_the_search_still_leads_to_the_goods(phone_plain: Page) -> None:
    phone_plain.goto("/")
    phone_plain.locator("input[name=q]").first.fill("keripik")
    phone_plain.locator("input[name=q]").first.press("Enter")
    phone_plain.wait_for_url("**/produk?*q=keripik*")


def test_the_front_page_opens_on_a_wide_screen(desk: Page) -> None:
    answer = desk.goto("/")
    assert answer is not None
    assert answer.ok
