"""The main story for cash, on a phone without JavaScript, and what else an order can come to on the way."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests import cast
from tests.browser import figures, steps
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.steps import Buyer, Goods
from tests.served import Served

PLAIN = {**PHONE, "java_script_enabled": False}
TIWUL = Goods("Tiwul Instan Singkong", 14_000, 25, "Keripik & Kerupuk", "Tinggal kukus 15 menit.")
HER_NAME, HIS_NAME = "Keripik Bu Sari", "Kopi Podomoro"
COD, AT_PICKUP = "Bayar tunai saat barang diterima", "Bayar tunai saat mengambil"
BUYER = Buyer()


def test_a_cash_sale_of_two_villages_becomes_two_figures(
    open_page: OpenPage, phone_plain: Page, served: Served, real_server: None, tmp_path: Path
) -> None:
    month, buyer = figures.this_month(), phone_plain
    officer = open_page(**PLAIN)
    steps.sign_in(officer, cast.PROVINCE_OFFICER)
    before = {village: figures.read(officer, village, month) for village in (cast.HANURA, cast.PODOMORO)}

    seller = open_page(**PLAIN)
    steps.sign_in(seller, cast.SELLER)
    steps.publish(seller, TIWUL, steps.photograph(tmp_path))

    steps.sign_in(buyer, cast.BUYER)
    steps.find(buyer, "tiwul singkong", TIWUL.name)
    steps.sees_the_photo(buyer)
    steps.put_into_basket(buyer, 3)
    steps.take(buyer, cast.COFFEE, 2)
    steps.go_to_checkout(buyer)
    steps.step_to_the_village(buyer, "Kota Bandar Lampung", "Sukarame", "Korpri Jaya")
    steps.write_the_address(buyer, BUYER)
    steps.choose_way(buyer, cast.HER_SHOP, "antar")
    steps.choose_way(buyer, cast.HIS_SHOP, "ekspedisi:anteraja-REG")
    steps.pay_by(buyer, COD)
    bill = steps.bill(buyer)
    assert dict(bill.rows)[HER_NAME] == 42_000
    assert dict(bill.rows)[HIS_NAME] == 130_000
    assert set(bill.fees) == {"Diantar penjual", "AnterAja Reguler"}
    assert bill.total == 172_000 + sum(bill.fees.values())
    number = steps.order(buyer)
    assert steps.bill(buyer).total == bill.total
    assert steps.states(buyer) == dict.fromkeys((HER_NAME, HIS_NAME), "Menunggu konfirmasi penjual")

    other_seller = open_page(**PLAIN)
    steps.sign_in(other_seller, cast.OTHER_SELLER)
    steps.deliver(seller, number, "kurir-desa")
    steps.deliver(other_seller, number, "anteraja", "10001234567890")

    buyer.goto("/pesanan")
    steps.goes_on(steps.answer_to(buyer, buyer.get_by_role("link", name=number).click))
    expect(buyer.get_by_text("Resi ANTERAJA: 10001234567890")).to_be_visible()
    steps.confirm_receipt(buyer, HER_NAME)
    steps.confirm_receipt(buyer, HIS_NAME)

    goods = {cast.HANURA: 42_000, cast.PODOMORO: 130_000}
    for village, value in goods.items():
        figures.wait_for(officer, village, month, before[village].value + value)
    rises = {village: figures.read(officer, village, month).more_than(old) for village, old in before.items()}
    assert rises == {
        cast.HANURA: (42_000, {TIWUL.name: ("3 bungkus", 42_000)}),
        cast.PODOMORO: (130_000, {"Kopi Robusta Bubuk": ("2 bungkus", 130_000)}),
    }
    proofs = served.command("reconcile")
    assert proofs.returncode == 0, proofs.stdout + proofs.stderr


def test_a_buyer_takes_an_order_back_until_the_seller_has_begun(
    open_page: OpenPage, phone_plain: Page, real_server: None
) -> None:
    buyer = phone_plain
    number = _order_both(buyer)
    seller = open_page(**PLAIN)
    steps.sign_in(seller, cast.OTHER_SELLER)
    steps.seller_number(seller, number)
    steps.does(seller, "Terima pesanan", "Pesanan diterima.")

    her_part = steps.part_of(buyer, HER_NAME)
    her_part.get_by_text("Batalkan pesanan dari toko ini").click()
    her_part.get_by_label("Alasan").fill("Salah pilih rasa")
    his_part = steps.part_of(buyer, HIS_NAME)
    his_part.get_by_text("Batalkan pesanan dari toko ini").click()
    steps.goes_on(steps.press(buyer, "Batalkan", within=her_part))
    assert steps.states(buyer) == {HER_NAME: "Dibatalkan", HIS_NAME: "Diterima penjual"}
    expect(her_part).to_contain_text("Salah pilih rasa")
    expect(his_part.get_by_text("Batalkan pesanan dari toko ini")).to_have_count(0)


def test_who_cancels_after_the_seller_has_begun_is_told_and_helped(
    open_page: OpenPage, phone_plain: Page
) -> None:
    buyer = phone_plain
    number = _order_both(buyer)
    seller = open_page(**PLAIN)
    steps.sign_in(seller, cast.OTHER_SELLER)
    steps.seller_number(seller, number)
    steps.does(seller, "Terima pesanan", "Pesanan diterima.")
    his_part = steps.part_of(buyer, HIS_NAME)
    his_part.get_by_text("Batalkan pesanan dari toko ini").click()
    answer = steps.press(buyer, "Batalkan", within=his_part)
    assert answer.status == 409
    expect(buyer.locator("main")).to_contain_text("Diterima penjual")
    expect(buyer.locator("main").get_by_role("link").first).to_be_visible()


def test_a_declined_order_tells_its_buyer_why(open_page: OpenPage, phone_plain: Page) -> None:
    buyer = phone_plain
    number = _order_both(buyer)
    seller = open_page(**PLAIN)
    steps.sign_in(seller, cast.SELLER)
    steps.seller_number(seller, number)
    seller.get_by_text("Tidak bisa dipenuhi?").click()
    seller.get_by_label("Alasan").fill("Pisang terakhir sudah digoreng pagi ini.")
    steps.does(seller, "Tolak pesanan", "Pesanan ditolak.")
    buyer.reload()
    assert steps.states(buyer) == {HER_NAME: "Ditolak", HIS_NAME: "Menunggu konfirmasi penjual"}
    expect(steps.part_of(buyer, HER_NAME)).to_contain_text("Pisang terakhir sudah digoreng pagi ini.")


def test_an_order_is_followed_by_number_and_phone(open_page: OpenPage, phone_plain: Page) -> None:
    number = _order_both(phone_plain)
    stranger = open_page(**PLAIN)
    stranger.goto("/")
    steps.answer_to(stranger, stranger.get_by_role("link", name="Lacak pesanan").click)
    stranger.get_by_label("Nomor pesanan").fill(number.lower())
    stranger.get_by_label("4 angka terakhir nomor telepon").fill(BUYER.tail)
    steps.goes_on(steps.press(stranger, "Lacak"))
    assert set(steps.states(stranger)) == {HER_NAME, HIS_NAME}
    page = stranger.locator("main").inner_text()
    assert BUYER.name not in page
    assert BUYER.address not in page
    assert not re.search(r"token", stranger.content())


def test_goods_are_collected_at_the_shop(open_page: OpenPage, phone_plain: Page) -> None:
    buyer = phone_plain
    steps.take(buyer, cast.CHIPS)
    steps.go_to_checkout(buyer)
    steps.type_the_village(buyer, "hurun", "Desa Hurun, Kec. Teluk Pandan, Kab. Pesawaran")
    steps.write_the_address(buyer, BUYER)
    steps.choose_way(buyer, cast.HER_SHOP, "ambil")
    steps.pay_by(buyer, AT_PICKUP)
    assert steps.bill(buyer).total == 18_000
    number = steps.order(buyer)

    seller = open_page(**PLAIN)
    steps.sign_in(seller, cast.SELLER)
    steps.seller_number(seller, number)
    steps.does(seller, "Terima pesanan", "Pesanan diterima.")
    steps.does(seller, "Sudah dikemas", "Pesanan sudah dikemas.")
    steps.does(seller, "Siap diambil", "Pembeli bisa mengambil pesanannya.")
    buyer.reload()
    assert steps.states(buyer) == {HER_NAME: "Siap diambil"}
    expect(buyer.get_by_text("Tunjukkan nomor pesanan ini.")).to_be_visible()
    steps.does(seller, "Sudah diambil pembeli", "Pesanan sampai.")
    buyer.reload()
    steps.confirm_receipt(buyer, HER_NAME)


def _order_both(buyer: Page) -> str:
    """A guest orders goods of both shops for cash; the order page stays open."""
    steps.take(buyer, cast.CHIPS)
    steps.take(buyer, cast.COFFEE)
    steps.go_to_checkout(buyer)
    steps.type_the_village(buyer, "hurun", "Desa Hurun, Kec. Teluk Pandan, Kab. Pesawaran")
    steps.write_the_address(buyer, BUYER)
    steps.pay_by(buyer, COD)
    return steps.order(buyer)
