"""At the counter, on a phone without JavaScript: two presses sell, and a mistake goes back; then the box."""

from playwright.sync_api import Page, expect

from marketplace.kit.clock import now
from tests import cast
from tests.browser import steps
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_accessible import can_be_used
from tests.counter_sales import stage
from tests.served import Served


def test_an_operator_sells_counts_the_box_and_takes_a_sale_back(
    phone_plain: Page, open_page: OpenPage, served: Served, real_server: None
) -> None:
    with served.app():
        stage.consent(at=now())
    operator = phone_plain
    steps.sign_in(operator, cast.OPERATOR)
    operator.goto("/gerai/jual")
    row = operator.get_by_role("listitem").filter(has_text="Keripik Pisang Cokelat")
    steps.goes_on(steps.answer_to(operator, row.get_by_role("button", name="Tambah").click))
    expect(operator.get_by_role("heading", name="Di meja: Rp18.000")).to_be_visible()
    steps.goes_on(steps.press(operator, "Sudah dibayar, catat Rp18.000"))
    expect(operator.get_by_text("Terjual Rp18.000. Tercatat.")).to_be_visible()

    operator.get_by_text("Salah catat?").click()
    operator.get_by_label("Alasan").fill("Salah barang")
    steps.is_refused(steps.press(operator, "Tarik penjualan"))
    operator.get_by_label("Uangnya sudah saya kembalikan").check()
    steps.goes_on(steps.press(operator, "Tarik penjualan"))
    expect(operator.get_by_text("Rp18.000 sudah kembali ke pembeli")).to_be_visible()

    with_script = open_page(**PHONE, storage_state=operator.context.storage_state())
    with_script.goto("/gerai/jual")
    row = with_script.get_by_role("listitem").filter(has_text="Kerupuk Ikan")
    steps.goes_on(steps.answer_to(with_script, row.get_by_role("button", name="Tambah").click))
    with_script.get_by_role("button", name="Tambah", exact=True).first.click()
    steps.is_refused(steps.press(with_script, "Sudah dibayar, catat Rp12.500"))
    can_be_used(with_script)
    steps.goes_on(steps.press(with_script, "Sudah dibayar, catat Rp25.000"))
    can_be_used(with_script)
    with_script.goto("/gerai/jual/hari")
    expect(with_script.get_by_role("row", name="Tunai Rp25.000 Rp43.000 Rp18.000 2")).to_be_visible()
    can_be_used(with_script)
    with_script.goto("/gerai/jual/hari/cetak")
    can_be_used(with_script)
