"""A seller sends a list of goods from a small phone without JavaScript, lets it begin, finds the goods."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests import cast, goods_files
from tests.browser import steps
from tests.browser.steps import eventually

HOME = "/penjual/produk/impor"


def test_a_list_of_goods_is_judged_and_taken_over(phone_plain: Page, tmp_path: Path) -> None:
    sheet = tmp_path / "barang.xlsx"
    head = ["kode", "nama", "harga", "stok", "kategori"]
    good = ["D-1", "Dodol Nanas", 15_000, 4, "dodol-manisan"]
    sheet.write_bytes(goods_files.workbook([head, good, ["D-2", "Dodol Susu", "=1+1", 4, ""]]))
    page = phone_plain
    steps.sign_in(page, cast.SELLER)
    page.goto("/penjual/produk")
    steps.goes_on(steps.answer_to(page, page.get_by_role("link", name="Impor & ekspor").click))
    steps.is_refused(steps.press(page, "Periksa berkas"))
    page.locator("[name=berkas]").set_input_files(sheet)
    steps.goes_on(steps.press(page, "Periksa berkas"))
    expect(page.get_by_role("main")).to_contain_text("Sel ini berisi rumus")
    steps.goes_on(steps.press(page, "Impor baris yang benar"))
    # The page asks again by itself; nobody presses anything.
    eventually(lambda: page.get_by_text("Lihat produk").count() == 1, "the import never ends")
    steps.answer_to(page, page.get_by_role("link", name="Lihat produk").click)
    expect(page.get_by_role("main")).to_contain_text("Dodol Nanas")
