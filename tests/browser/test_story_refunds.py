"""Money goes back, at 360 pixels: a seller returns a line of a paid order; buyer and nota say so."""

from playwright.sync_api import expect

from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.orders import steps as orders
from tests import cast, factories
from tests.browser import steps
from tests.browser.conftest import PHONE, OpenPage
from tests.payments.cards import CardDesk
from tests.served import Served

PLAIN = {**PHONE, "java_script_enabled": False}


def test_a_seller_gives_a_line_back_and_the_buyer_sees_what_becomes_of_it(
    open_page: OpenPage, served: Served
) -> None:
    number, address = sold_by_card(served)
    seller, buyer = open_page(**PLAIN), open_page(**PLAIN)
    steps.sign_in(seller, cast.SELLER)
    seller.goto(f"/penjual/pesanan/{number}-1")
    steps.answer_to(seller, seller.get_by_role("link", name="Kembalikan dana ke pembeli").first.click)
    seller.get_by_label("Keripik Pisang Cokelat").fill("9")
    seller.get_by_label("Alasan").fill("Satu bungkus bocor di jalan")
    steps.is_refused(steps.press(seller, "Lihat hitungannya"))
    expect(seller.get_by_label("Alasan")).to_have_value("Satu bungkus bocor di jalan")
    seller.get_by_label("Keripik Pisang Cokelat").fill("1")
    steps.goes_on(steps.press(seller, "Lihat hitungannya"))
    expect(seller.get_by_text("Pembeli menerima")).to_be_visible()
    steps.does(seller, "Kembalikan Rp18.000", "Dicatat. Uangnya kami kembalikan kepada pembeli.")
    expect(seller.get_by_text("Satu bungkus bocor di jalan")).to_be_visible()

    def sent() -> bool:
        buyer.goto(address)
        return buyer.get_by_text("Rp18.000 sudah dikirim kembali ke kartu Anda").count() > 0

    steps.eventually(sent, "the worker sends it back to the card")
    part = steps.part_of(buyer, "Keripik Bu Sari")
    expect(part).to_contain_text("Satu bungkus bocor di jalan")
    steps.answer_to(buyer, part.get_by_role("link", name="Nota").first.click)
    expect(buyer.get_by_role("main")).to_contain_text("Koreksi")
    expect(buyer.get_by_role("main")).to_contain_text("Rp18.000")


def sold_by_card(served: Served) -> tuple[str, str]:
    """A packed card order of hers, three bags of chips and one of crackers: number, the buyer's address."""
    at = now()
    with served.app():
        desk = CardDesk(served.config.data_dir)
        placed = factories.order({cast.CHIPS: 3, cast.CRACKERS: 1}, pay="stripe", at=at)
        number, child_id = placed.order.number, placed.order.children[0].id
        desk.paid(placed.order, at=at)
        for step in (orders.accept, orders.pack):
            with transaction():
                step(child_id, actor="seller:1", at=at)
        return number, f"/pesanan/{number}?token={placed.token}"
