"""What does not go straight, at 360 pixels: goods that come back, a complaint decided, a shelf put right."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from marketplace.kit.clock import now
from tests import cast, factories
from tests.browser import steps
from tests.browser.conftest import PHONE, OpenPage
from tests.orders.walks import walk
from tests.served import Served

PLAIN = {**PHONE, "java_script_enabled": False}
Reached = Callable[[str], tuple[str, str]]


@pytest.fixture
def reached(served: Served) -> Reached:
    """Brings a cash order of hers for two bags of crackers into a state: its number, its buyer's address."""

    def bring(state: str) -> tuple[str, str]:
        with served.app():
            placed = factories.order({cast.CRACKERS: 2}, at=now())
            number, token = placed.order.number, placed.token
            walk(placed.order.children[0], state, at=now())
        return number, f"/pesanan/{number}?token={token}"

    return bring


def on_shelf(served: Served) -> int:
    with served.app():
        return factories.product(cast.CRACKERS).variants[0].on_hand


def test_goods_that_do_not_arrive_are_sent_again_and_then_come_back_spoilt(
    open_page: OpenPage, served: Served, reached: Reached
) -> None:
    number, address = reached("shipped")
    before = on_shelf(served)
    seller, buyer = open_page(**PLAIN), open_page(**PLAIN)
    steps.sign_in(seller, cast.SELLER)
    steps.seller_number(seller, number)
    seller.get_by_text("Tidak sampai di pembeli?").click()
    steps.is_refused(steps.press(seller, "Catat gagal kirim"))
    expect(seller.get_by_role("alert")).to_contain_text("Pilih apa yang terjadi.")
    seller.get_by_label("Tidak ada orang di rumah").check()
    seller.get_by_label("Catatan").fill("Sudah dua kali, jam 9 dan jam 4 sore")
    steps.does(seller, "Catat gagal kirim", "Dicatat.")
    buyer.goto(address)
    part = steps.part_of(buyer, "Keripik Bu Sari")
    expect(part).to_contain_text("Sudah dua kali, jam 9 dan jam 4 sore")
    expect(part).to_contain_text("Kalau tidak dikirim lagi sampai")

    steps.does(seller, "Kirim lagi", "Pesanan dalam perjalanan ke pembeli.")
    seller.get_by_text("Tidak sampai di pembeli?").click()
    seller.get_by_label("Pembeli menolak menerima").check()
    steps.does(seller, "Catat gagal kirim", "Dicatat.")
    seller.get_by_text("Barang kembali ke Anda?").click()
    seller.get_by_role("radio", name=re.compile("^Tidak")).check()
    steps.is_refused(steps.press(seller, "Catat barang kembali"))
    seller.get_by_label("Alasan").fill("Kemasannya basah")
    steps.does(seller, "Catat barang kembali", "Barang tercatat kembali.")
    assert on_shelf(served) == before
    buyer.reload()
    assert steps.states(buyer) == {"Keripik Bu Sari": "Dikembalikan"}


def test_a_complaint_is_decided_at_the_counter_and_both_read_why(
    open_page: OpenPage, reached: Reached
) -> None:
    number, address = reached("delivered")
    buyer, operator, seller = (open_page(**PLAIN) for _ in range(3))
    buyer.goto(address)
    buyer.get_by_text("Ada yang tidak beres? Sampaikan komplain").click()
    buyer.get_by_label("Apa yang tidak beres?").fill("Dua bungkus sobek")
    steps.goes_on(steps.press(buyer, "Kirim komplain"))
    assert steps.states(buyer) == {"Keripik Bu Sari": "Dikomplain"}
    steps.sign_in(seller, cast.SELLER)
    steps.seller_number(seller, number)
    expect(seller.locator("main")).to_contain_text("Dua bungkus sobek")

    steps.sign_in(operator, cast.OPERATOR)
    operator.goto("/gerai/komplain")
    complaint = operator.get_by_role("region", name=f"{number}-1")
    expect(complaint).to_contain_text("Dua bungkus sobek")
    complaint.get_by_text("Putuskan").first.click()
    complaint.get_by_label("Untuk pembeli").check()
    complaint.get_by_label("Alasan").fill("Fotonya jelas")
    steps.goes_on(steps.press(operator, "Putuskan", within=complaint))
    for page in (buyer, seller):
        page.reload()
        expect(page.locator("main")).to_contain_text("Putusan untuk pembeli: Fotonya jelas")


def test_a_shelf_is_put_right_with_its_reasons(open_page: OpenPage, served: Served) -> None:
    seller = open_page(**PHONE)
    steps.sign_in(seller, cast.SELLER)
    seller.goto("/penjual/stok")
    seller.get_by_role("link", name="Kerupuk Ikan").click()
    before = on_shelf(served)
    seller.get_by_text("Ada yang masuk").click()
    seller.get_by_label("Jumlah yang masuk").fill("12")
    steps.does(seller, "Catat masuk", "12 buah dicatat masuk.")
    seller.get_by_text("Rusak, hilang, atau dipakai sendiri").click()
    seller.get_by_label("Dipakai sendiri").check()
    seller.get_by_label("Berapa buah").fill("2")
    steps.does(seller, "Catat koreksi", "Koreksi dicatat.")
    assert on_shelf(served) == before + 10
    expect(seller.locator("main")).to_contain_text(f"jadi {before + 10}")


def test_who_counts_while_somebody_buys_is_shown_the_new_number(open_page: OpenPage, served: Served) -> None:
    seller = open_page(**PHONE)
    steps.sign_in(seller, cast.SELLER)
    seller.goto(f"/penjual/stok/{cast.CRACKERS}")
    with served.app():
        factories.order({cast.CRACKERS: 1}, at=now())
    left = on_shelf(served)
    seller.get_by_label("Yang ada di rak sekarang").fill(str(left + 5))
    answer = steps.press(seller, "Simpan hitungan")
    assert answer.status == 409
    expect(seller.get_by_role("alert")).to_contain_text(f"berubah menjadi {left}")
    assert on_shelf(served) == left
    steps.does(seller, "Simpan hitungan", "Stok disimpan: +5 dari catatan.")
    assert on_shelf(served) == left + 5
