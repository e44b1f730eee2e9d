"""A buyer chooses among variants on a small phone: the price beside the button is that of the choice."""

import pytest
from playwright.sync_api import Page, expect

from marketplace.catalog.models import Variant
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.browser.steps import press
from tests.served import Served


@pytest.fixture
def two_sizes(served: Served) -> None:
    """The chips are sold in a large bag too."""
    with served.app(), transaction():
        variants = factories.product(cast.CHIPS).variants
        if len(variants) == 1:
            variants[0].name = "250 gram"
            variants.append(Variant(position=1, name="1 kg", price=64_000, on_hand=5))


@pytest.mark.usefixtures("two_sizes")
def test_the_price_beside_the_button_follows_the_choice(phone: Page) -> None:
    phone.goto(f"/produk/{cast.CHIPS}")
    price = phone.locator("[data-price-of]")
    expect(price).to_have_text("Rp18.000")
    phone.get_by_label("1 kg").check()
    expect(price).to_have_text("Rp64.000")


@pytest.mark.usefixtures("two_sizes")
def test_without_javascript_each_choice_says_its_price(phone_plain: Page) -> None:
    phone_plain.goto(f"/produk/{cast.CHIPS}")
    expect(phone_plain.locator("[data-price-of]")).to_be_hidden()
    expect(phone_plain.locator(".choice", has_text="1 kg")).to_contain_text("Rp64.000")
    phone_plain.get_by_label("1 kg").check()
    press(phone_plain, "Masukkan keranjang")
    expect(phone_plain.get_by_role("main")).to_contain_text("Rp64.000")
