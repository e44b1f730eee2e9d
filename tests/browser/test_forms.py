"""What a refused form shows: reasons beside the fields, all that was typed still there."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser import steps
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.steps import Buyer

HURUN = "Desa Hurun, Kec. Teluk Pandan, Kab. Pesawaran"
HER_NAME, HIS_NAME = "Keripik Bu Sari", "Kopi Podomoro"


def refused(page: Page, button: str, wrong: dict[str, Any], right: dict[str, Any]) -> None:
    """Fill in the form, press, and find every wrong field explained and every typed word kept."""
    steps.fill(page, wrong | right)
    answer = steps.press(page, button, within=page.locator("main"))
    steps.is_refused(answer)
    assert {name for name in wrong if not steps.reason_beside(page, name)} == set(), "no reason beside"
    assert {name for name in right if steps.reason_beside(page, name)} == set(), (
        "a reason beside what is right"
    )
    assert steps.typed(page, wrong | right) == wrong | right
    summary = page.locator("main [data-form-errors]")
    if summary.count():
        expect(summary).to_be_focused()


def test_registration(phone: Page) -> None:
    phone.goto("/daftar")
    right = {"nama": "Bu “Rahma” <Ningsih> & Putra"}
    refused(phone, "Buat akun", {"telepon": "12", "email": "rahma di rumah"}, right)
    assert steps.reason_beside(phone, "sandi")
    steps.fill(phone, {"sandi": "pendek", "email": cast.BUYER, "telepon": "0812 3456 7890"})
    steps.is_refused(steps.press(phone, "Buat akun"))
    assert "10" in steps.reason_beside(phone, "sandi")
    phone.locator("[name=sandi]").fill("kopi pahit di beranda")
    refused(phone, "Buat akun", {"email": cast.BUYER}, right | {"telepon": "0812 3456 7890"})


def test_signing_in(phone: Page) -> None:
    phone.goto("/masuk")
    phone.locator("[name=sandi]").fill("bukan ini sandinya")
    phone.locator("[name=email]").fill(cast.BUYER)
    steps.is_refused(steps.press(phone, "Masuk", within=phone.locator("main")))
    expect(phone.get_by_role("alert")).to_contain_text("Email atau kata sandi tidak cocok.")
    assert steps.typed(phone, {"email": ""}) == {"email": cast.BUYER}
    assert phone.locator("[name=sandi]").input_value() == ""
    refused(phone, "Masuk", {"sandi": ""}, {"email": cast.BUYER})


@pytest.mark.parametrize("pieces", ["0", "", "51", "2,5"])
def test_pieces_for_the_basket(phone: Page, pieces: str) -> None:
    phone.goto(f"/produk/{cast.CHIPS}")
    box = phone.get_by_role("spinbutton", name="Jumlah")
    box.evaluate("(it, typed) => { it.type = 'text'; it.value = typed; }", pieces)
    steps.is_refused(steps.press(phone, "Masukkan keranjang"))
    expect(phone.locator("main .field-error")).to_be_visible()
    # A field for numbers shows nothing but numbers, whatever the server keeps in it.
    assert phone.locator("main [name=jumlah]").get_attribute("value") == pieces


def test_pieces_in_the_basket(phone: Page) -> None:
    steps.take(phone, cast.CHIPS, 2)
    box = phone.get_by_role("spinbutton", name="Jumlah Keripik Pisang Cokelat")
    box.fill("600")
    steps.is_refused(steps.press(phone, "Ubah"))
    expect(phone.get_by_role("alert").filter(has_text="50")).to_be_visible()
    expect(phone.get_by_role("spinbutton", name="Jumlah Keripik Pisang Cokelat")).to_have_value("600")
    phone.goto("/keranjang")
    expect(phone.get_by_role("spinbutton", name="Jumlah Keripik Pisang Cokelat")).to_have_value("2")


def test_a_village_that_nobody_finds(phone: Page) -> None:
    steps.take(phone, cast.CHIPS)
    steps.go_to_checkout(phone)
    phone.get_by_label("Nama desa atau kecamatan").fill("Atlantis Raya")
    steps.press(phone, "Cari", within=phone.locator("main"))
    expect(phone.get_by_text("Tidak ada desa atau kecamatan bernama “Atlantis Raya”.")).to_be_visible()
    expect(phone.get_by_label("Nama desa atau kecamatan")).to_have_value("Atlantis Raya")
    steps.press(phone, "Lanjut")
    expect(phone.get_by_label("Kabupaten/kota")).to_be_visible()


def test_checkout(phone: Page) -> None:
    steps.take(phone, cast.CHIPS)
    steps.take(phone, cast.COFFEE)
    to_hurun(phone)
    steps.choose_way(phone, cast.HIS_SHOP, "ekspedisi:jne-REG")
    right = {
        "nama": "Bu Rahma",
        "patokan": "rumah cat hijau <di samping> masjid",
        f"catatan-{cast.HER_SHOP}": "Tolong yang renyah ya",
        f"pengiriman-{cast.HER_SHOP}": "antar",
        f"pengiriman-{cast.HIS_SHOP}": "ekspedisi:jne-REG",
        "pembayaran": "stripe",
    }
    before = steps.bill(phone)
    refused(phone, "Buat pesanan", {"telepon": "bukan nomor", "alamat": "RT"}, right)
    assert steps.bill(phone) == before
    refused(phone, "Buat pesanan", {"telepon": ""}, right | {"alamat": "Dusun 3 RT 2\nGang Mawar"})


def test_a_way_that_takes_no_cash_does_not_go_with_cash(phone: Page) -> None:
    steps.take(phone, cast.COFFEE)
    to_hurun(phone)
    steps.write_the_address(phone, Buyer())
    steps.choose_way(phone, cast.HIS_SHOP, "ekspedisi:jne-YES")
    way = {f"pengiriman-{cast.HIS_SHOP}": "ekspedisi:jne-YES"}
    refused(phone, "Buat pesanan", way, {"pembayaran": "cod", "alamat": Buyer().address})


def test_a_new_product(open_page: OpenPage, tmp_path: Path) -> None:
    seller = at_the_desk(open_page, "/penjual/produk/baru")
    right = {
        "satuan": "kg",
        "stok": "12",
        "keterangan": "Baris pertama.\nBaris kedua dengan <b>tanda</b>.",
        "pengiriman": "lokal",
        "kategori": "kopi",
    }
    seller.get_by_label("Foto", exact=True).set_input_files(steps.photograph(tmp_path))
    steps.unfold(seller)
    refused(seller, "Tampilkan", {"nama": "Ko", "harga": "murah", "berat": "ringan"}, right)
    expect(seller.get_by_role("checkbox", name="pakai")).to_be_checked()
    steps.fill(seller, {"nama": "Kopi Luwak Liar", "harga": "85.000", "berat": ""})
    steps.goes_on(steps.press(seller, "Tampilkan"))
    expect(seller.get_by_text("Kopi Luwak Liar sudah tampil dan bisa dibeli.")).to_be_visible()
    assert steps.typed(seller, right) == right


def test_a_new_product_without_a_photo_or_with_another_file(open_page: OpenPage, tmp_path: Path) -> None:
    seller = at_the_desk(open_page, "/penjual/produk/baru")
    right = {"nama": "Keripik Talas", "harga": "20.000"}
    steps.fill(seller, right)
    steps.is_refused(steps.press(seller, "Tampilkan"))
    assert "Pilih satu foto." in steps.reason_beside(seller, "foto")
    fake = tmp_path / "foto.jpg"
    fake.write_text("bukan gambar")
    steps.fill(seller, {"foto": fake})
    steps.is_refused(steps.press(seller, "Tampilkan"))
    assert steps.reason_beside(seller, "foto")
    assert steps.typed(seller, right) == right


def test_a_changed_product(open_page: OpenPage) -> None:
    seller = at_the_desk(open_page, f"/penjual/produk/{cast.CRACKERS}")
    right = {"nama": "Kerupuk Ikan Tenggiri", "keterangan": "Baru!\nLebih tebal.", "pengiriman": "lokal"}
    refused(seller, "Simpan perubahan", {"harga": "0", "stok": "banyak"}, right)
    seller.goto(f"/produk/{cast.CRACKERS}")
    expect(seller.get_by_role("heading", level=1, name="Kerupuk Ikan", exact=True)).to_be_visible()


def test_a_count_of_stock(open_page: OpenPage) -> None:
    seller = at_the_desk(open_page, "/penjual/stok")
    row = seller.locator(f"#{cast.CRACKERS}")
    box = row.get_by_role("spinbutton")
    box.evaluate("it => { it.form.noValidate = true; it.value = '-3'; }")
    steps.is_refused(steps.press(seller, "Simpan"))
    expect(row.get_by_role("alert")).to_be_visible()
    expect(box).to_have_value("-3")


def test_a_reason_for_declining(open_page: OpenPage, phone: Page) -> None:
    number = order_for_cash(phone)
    seller = at_the_desk(open_page, "/penjual/pesanan")
    steps.seller_number(seller, number)
    seller.get_by_text("Tidak bisa dipenuhi?").click()
    refused(seller, "Tolak pesanan", {"alasan": ""}, {})
    expect(seller.get_by_label("Alasan")).to_be_visible()


def test_a_parcel_without_a_number(open_page: OpenPage, phone: Page) -> None:
    number = order_for_cash(phone)
    seller = at_the_desk(open_page, "/penjual/pesanan")
    steps.seller_number(seller, number)
    steps.does(seller, "Terima pesanan", "Pesanan diterima.")
    steps.does(seller, "Sudah dikemas", "Pesanan sudah dikemas.")
    refused(seller, "Kirim barang", {"resi": ""}, {"kurir": "jne"})
    refused(seller, "Kirim barang", {"resi": "??"}, {"kurir": "sicepat"})
    refused(seller, "Kirim barang", {"resi": "AB12"}, {"kurir": "pos"})
    seller.get_by_label("Nomor resi ini sudah saya cocokkan").check()
    steps.does(seller, "Kirim barang", "Pesanan dalam perjalanan ke pembeli.")


def test_tracking(phone: Page) -> None:
    phone.goto("/lacak")
    steps.fill(phone, {"nomor": "DM-000000-XXXXXX", "telepon": "9999"})
    answer = steps.press(phone, "Lacak")
    assert answer.status == 404
    expect(phone.get_by_role("alert")).to_be_visible()
    assert steps.typed(phone, {"nomor": "", "telepon": ""}) == {
        "nomor": "DM-000000-XXXXXX",
        "telepon": "9999",
    }


def test_filters(phone: Page) -> None:
    phone.goto("/produk?q=kopi")
    phone.get_by_text("Saring dan urutkan").click()
    refused(phone, "Terapkan", {"harga_min": "murah", "harga_max": "-5"}, {"urut": "termurah"})
    expect(phone.get_by_role("link", name="Kopi Robusta Bubuk")).to_be_visible()


@pytest.mark.parametrize(
    "address",
    [
        "/produk/tidak-ada",
        "/toko/tidak-ada",
        "/desa/18.09.10.9999",
        "/wilayah/99",
        "/checkout?wilayah=99.99.99.9999",
        "/pesanan/DM-000000-XXXXXX",
    ],
)
def test_what_is_not_there_ends_on_a_page_that_helps(phone: Page, address: str) -> None:
    if address.startswith("/checkout"):
        steps.take(phone, cast.CHIPS)
    is_not_there(phone, address)


def test_what_belongs_to_others_is_not_there(open_page: OpenPage, phone: Page) -> None:
    number = order_for_cash(phone)
    stranger = open_page(**PHONE)
    is_not_there(stranger, f"/pesanan/{number}")
    is_not_there(stranger, f"/pesanan/{number}?token=salah")
    steps.sign_in(stranger, cast.OTHER_BUYER)
    is_not_there(stranger, f"/pesanan/{number}")
    is_not_there(stranger, "/penjual/pesanan/" + number + "-1")
    is_not_there(stranger, "/program/wilayah/18")
    seller = at_the_desk(open_page, "/penjual/pesanan", cast.OTHER_SELLER)
    is_not_there(seller, f"/penjual/pesanan/{number}-1")
    is_not_there(seller, f"/penjual/produk/{cast.CHIPS}")
    officer = open_page(**PHONE)
    steps.sign_in(officer, cast.REGENCY_OFFICER)
    is_not_there(officer, "/program/wilayah/18")
    is_not_there(officer, f"/program/indikator/SE-01/rincian?wilayah={cast.PODOMORO}&periode=2026-11")


def test_who_must_sign_in_comes_back_to_where_they_wanted_to_go(phone: Page) -> None:
    phone.goto("/penjual/stok")
    assert "/masuk?next=" in phone.url
    steps.fill(phone, {"email": cast.SELLER, "sandi": cast.PASSWORD})
    steps.goes_on(steps.press(phone, "Masuk", within=phone.locator("main")))
    assert phone.url.endswith("/penjual/stok")


def test_a_long_address_of_mail_stays_inside_the_account(phone: Page) -> None:
    phone.goto("/daftar")
    email = "kelompok.wanita.tani.sumber.rejeki@koperasi.contoh.id"
    words = {"nama": "Bu Rahma", "telepon": "0812 3456 7890", "email": email, "sandi": "kopi tanpa gula"}
    steps.fill(phone, words)
    steps.goes_on(steps.press(phone, "Buat akun"))
    phone.goto("/akun")
    value = phone.locator("dd", has_text=email).bounding_box()
    panel = phone.locator(".panel").first.bounding_box()
    assert value and panel
    assert value["x"] + value["width"] <= panel["x"] + panel["width"]
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def at_the_desk(open_page: OpenPage, address: str, email: str = cast.SELLER) -> Page:
    """A seller of the cast, signed in, at a page of the desk."""
    page = open_page(**PHONE)
    steps.sign_in(page, email)
    page.goto(address)
    return page


def is_not_there(page: Page, address: str) -> None:
    """404, in words, with a way on, and no wider than the phone."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404, address
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main a").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def order_for_cash(page: Page) -> str:
    """A guest orders chips."""
    steps.take(page, cast.CHIPS)
    to_hurun(page)
    steps.write_the_address(page, Buyer())
    return steps.order(page)


def to_hurun(page: Page) -> None:
    """From the basket to the page that binds, with Hurun as the destination."""
    steps.go_to_checkout(page)
    steps.type_the_village(page, "hurun", HURUN)
