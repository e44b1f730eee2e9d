"""Somebody hears of DesaMart and opens a shop on a phone with a bad line; the village approves it.

The figures below are the most it may cost; they stand in docs/seller-workspace.md too.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser import steps
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.tolls import tolls

TAPS, FIELDS = 5, 6
KILOBYTES = {"with": 60, "without": 50}


def _open_shop(page: Page, name: str, email: str) -> None:
    """From a link in a message to the application, an account included."""
    page.goto("/penjual/toko/baru")
    page.get_by_label("Nama lengkap").fill("Bu Yah")
    page.get_by_label("Nomor telepon").fill("0812 3456 7899")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Kata sandi").fill("tempe goreng tiap pagi")
    steps.goes_on(steps.press(page, "Buat akun"))
    steps.type_the_village(page, "Hanura", "Desa Hanura, Kec. Teluk Pandan, Kab. Pesawaran")
    page.get_by_label("Nama toko").fill(name)
    page.get_by_label("Bidang usaha").select_option(label="Pengolahan makanan, minuman, kerajinan")
    steps.goes_on(steps.press(page, "Ajukan toko"))
    expect(page.get_by_text("Menunggu pemeriksaan")).to_be_visible()


@pytest.mark.parametrize("script", ["with", "without"])
def test_a_shop_is_opened_in_five_taps(open_page: OpenPage, real_server: None, script: str) -> None:
    page = open_page(**PHONE, java_script_enabled=script == "with")
    name = f"Tempe Bu Yah {script}"
    with tolls(page, taps=TAPS, fields=FIELDS, kilobytes=KILOBYTES[script]):
        _open_shop(page, name, f"yah-{script}@contoh.test")
    first = page.locator("#daftar + .rows a").first
    assert first.inner_text() in ("Disetujui operator desa", "Produk pertama dengan foto")

    operator = open_page(**DESK)
    steps.sign_in(operator, cast.OPERATOR)
    operator.goto("/gerai/toko")
    steps.goes_on(steps.answer_to(operator, operator.get_by_role("link", name=name).click))
    steps.goes_on(steps.press(operator, "Setujui toko"))
    page.reload()
    expect(page.get_by_text("Disetujui", exact=True).first).to_be_visible()
    public = page.get_by_role("link", name="Lihat seperti pembeli").get_attribute("href")
    assert public
    steps.goes_on(page.goto(public[public.index("/toko/") :]) or pytest.fail("no answer"))
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_a_helper_joins_by_a_link_without_javascript(open_page: OpenPage) -> None:
    owner, helper = (open_page(**PHONE, java_script_enabled=False) for _person in range(2))
    steps.sign_in(owner, cast.SELLER)
    owner.goto("/penjual/toko/anggota")
    steps.goes_on(steps.press(owner, "Undang staf"))
    link = owner.get_by_label("Tautan", exact=True).input_value()
    steps.sign_in(helper, cast.BUYER)
    helper.goto(re.sub(r"^https?://[^/]+", "", link))
    steps.goes_on(steps.press(helper, "Bergabung"))
    expect(helper.get_by_text("Selamat bekerja di Keripik Bu Sari!")).to_be_visible()
    owner.reload()
    expect(owner.get_by_text("Budi Pembeli bergabung: Staf")).to_be_visible()
