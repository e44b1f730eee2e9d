"""Three orders on a village phone over 3G: accepted, packed and handed over, within stated taps and bytes."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.orders.models import SellerOrder
from tests import cast, factories
from tests.browser import steps
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.tolls import tolls
from tests.served import Served

# Stated in docs/seller-workspace.md: three accepted, all packed at once, three handed over; nothing typed.
TAPS, KILOBYTES = 9, 70


def _press_first(page: Page, name: str) -> None:
    steps.goes_on(steps.press(page, name))


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without"])
def test_three_orders_are_accepted_packed_and_handed_over(
    open_page: OpenPage, served: Served, script: bool
) -> None:
    with served.app():
        children = [factories.order({cast.CHIPS: 1}, at=now()).order.children[0] for _number in range(3)]
        numbers = [child.number for child in children]
        db.session.remove()
    options: dict[str, Any] = PHONE if script else {**PHONE, "java_script_enabled": False}
    seller = open_page(**options)
    steps.sign_in(seller, cast.SELLER)
    with tolls(seller, taps=TAPS, fields=0, kilobytes=KILOBYTES):
        seller.goto("/penjual/pesanan")
        for _order in numbers:
            _press_first(seller, "Terima pesanan")
        steps.answer_to(seller, seller.get_by_role("link", name="Daftar kemas & label").click)
        _press_first(seller, "Tandai sudah dikemas")
        steps.answer_to(seller, seller.locator(".work-nav").get_by_role("link", name="Pesanan").click)
        for _order in numbers:
            _press_first(seller, "Saya antar sekarang")
    expect(seller.get_by_text("Pesanan dalam perjalanan ke pembeli.")).to_be_visible()
    with served.app():
        rows = db.session.query(SellerOrder).filter(SellerOrder.number.in_(numbers)).all()
        assert [(row.status, row.courier) for row in rows] == [("shipped", "sendiri")] * 3
        db.session.remove()
