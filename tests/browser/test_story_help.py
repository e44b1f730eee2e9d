"""A seller without a phone is helped at the counter, without JavaScript; the owner reads all and ends it."""

from playwright.sync_api import Page, expect

from tests import cast
from tests.browser import steps
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_accessible import can_be_used
from tests.served import Served

PLAIN = {**PHONE, "java_script_enabled": False}
COUNTER = f"/gerai/bantuan/{cast.HER_SHOP}"
BAND = "Anda membantu Keripik Bu Sari atas nama pemilik"


def test_a_seller_is_helped_at_the_counter(
    open_page: OpenPage, phone_plain: Page, served: Served, real_server: None
) -> None:
    operator = phone_plain
    steps.sign_in(operator, cast.OPERATOR)
    operator.goto("/gerai/bantuan")
    steps.goes_on(steps.answer_to(operator, operator.get_by_role("link", name="Keripik Bu Sari").click))
    steps.is_refused(steps.press(operator, "Catat izin"))
    operator.get_by_label("Lisan, di gerai").check()
    operator.get_by_label("Nama saksi").fill("Bu Kadus")
    operator.get_by_label("Penjual sudah mendengar").check()
    steps.goes_on(steps.press(operator, "Catat izin"))
    steps.goes_on(steps.press(operator, "Mulai membantu"))
    expect(operator.get_by_text(BAND)).to_be_visible()

    operator.goto(f"/penjual/stok/{cast.CHIPS}")
    operator.get_by_label("Yang ada di rak sekarang").fill("44")
    steps.goes_on(steps.press(operator, "Simpan hitungan"))
    expect(operator.get_by_text("atas nama penjual")).to_be_visible()

    owner = open_page(**PHONE)
    steps.sign_in(owner, cast.SELLER)
    owner.goto("/penjual/toko/bantuan")
    expect(owner.get_by_text("Menghitung ulang stok: Keripik Pisang Cokelat")).to_be_visible()
    can_be_used(owner)
    steps.goes_on(steps.press(owner, "Akhiri bantuan"))

    operator.get_by_label("Yang ada di rak sekarang").fill("40")
    assert steps.press(operator, "Simpan hitungan").status == 409
    operator.goto(COUNTER)
    expect(operator.get_by_text("Diakhiri", exact=True)).to_be_visible()
    steps.goes_on(steps.press(operator, "Selesai"))
    expect(operator.get_by_text(BAND)).to_have_count(0)
