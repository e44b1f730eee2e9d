"""The story of money straight to the seller, on phones: exactly how much, proven, confirmed, packed."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests import cast, direct
from tests.browser import steps
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.steps import Buyer
from tests.browser.test_accessible import can_be_used
from tests.served import Served

HER_NAME = "Keripik Bu Sari"
BY_TRANSFER, BY_QRIS = "Transfer bank ke penjual", "QRIS penjual"
BUYER = Buyer()


def test_a_transfer_with_a_proof_is_confirmed_at_the_counter_and_packed(
    open_page: OpenPage, phone: Page, served: Served, real_server: None, tmp_path: Path
) -> None:
    seller, operator, buyer = open_page(**PHONE), open_page(**PHONE), phone
    steps.sign_in(seller, cast.SELLER)
    seller.goto("/penjual/rekening")
    seller.get_by_label("Nama bank").fill("Bank Lampung")
    seller.get_by_label("Nomor rekening").fill("3800 123 456")
    seller.get_by_label("Nama pemilik rekening").fill("Sari")
    steps.does(seller, "Simpan rekening", "Rekening disimpan.")
    can_be_used(seller)

    total = _order(buyer, BY_TRANSFER)
    number = steps.number_of(buyer)
    part = steps.part_of(buyer, HER_NAME)
    expect(part).to_contain_text("3800123456")
    asked = steps.amount(part.locator(".direct-amount .price-now").inner_text())
    assert 1 <= asked - total <= 999
    assert part.locator(".direct-amount mark").inner_text() == f"{asked:03d}"[-3:]
    can_be_used(buyer)

    receipt = tmp_path / "bukti.jpg"
    receipt.write_bytes(direct.picture().getvalue())
    part.get_by_label("Foto atau tangkapan layar bukti").set_input_files(receipt)
    steps.goes_on(steps.press(buyer, "Kirim bukti"))
    expect(steps.part_of(buyer, HER_NAME)).to_contain_text("sedang diperiksa")
    can_be_used(buyer)

    steps.sign_in(operator, cast.OPERATOR)
    operator.goto("/gerai/pembayaran")
    expect(operator.get_by_text("Ada bukti")).to_be_visible()
    can_be_used(operator)
    steps.goes_on(steps.answer_to(operator, operator.get_by_role("link", name=HER_NAME).first.click))
    assert operator.locator("img.proof").evaluate("picture => picture.naturalWidth") > 0
    can_be_used(operator)
    steps.does(operator, "Uang sudah masuk", f"Pembayaran {number}-1 dikonfirmasi.")

    steps.seller_number(seller, number)
    steps.does(seller, "Terima pesanan", "Pesanan diterima.")
    steps.does(seller, "Sudah dikemas", "Pesanan sudah dikemas.")
    buyer.reload()
    assert steps.states(buyer) == {HER_NAME: "Dikemas"}
    expect(buyer.get_by_text(f"{BY_TRANSFER} · lunas")).to_be_visible()
    proofs = served.command("reconcile")
    assert proofs.returncode == 0, proofs.stdout + proofs.stderr


def test_a_qris_is_read_looked_at_and_paid_by_its_own_amount(
    open_page: OpenPage, phone: Page, real_server: None, tmp_path: Path
) -> None:
    seller, buyer = open_page(**PHONE), phone
    steps.sign_in(seller, cast.SELLER)
    seller.goto("/penjual/rekening")
    sticker = tmp_path / "stiker.jpg"
    sticker.write_bytes(direct.qris_photo(direct.QRIS_TEXTS[cast.HER_SHOP]).getvalue())
    seller.get_by_label("Foto stiker QRIS").set_input_files(sticker)
    steps.is_refused(steps.press(seller, "Baca QRIS"))
    expect(seller.get_by_role("definition").filter(has_text="KERIPIK BU SARI")).to_be_visible()
    can_be_used(seller)
    seller.get_by_label("Nama di atas benar").check()
    steps.does(seller, "Simpan QRIS", "QRIS disimpan.")

    total = _order(buyer, BY_QRIS)
    code = buyer.locator("img.direct-code")
    assert code.evaluate("picture => picture.naturalWidth") > 0
    assert steps.amount(buyer.locator(".direct-amount .price-now").inner_text()) == total
    can_be_used(buyer)

    number = steps.number_of(buyer)
    seller.goto(f"/penjual/pesanan/{number}-1")
    can_be_used(seller)
    steps.goes_on(steps.answer_to(seller, seller.get_by_role("link", name="Periksa pembayaran").click))
    can_be_used(seller)
    steps.does(seller, "Uang sudah masuk", f"Pembayaran {number}-1 dikonfirmasi.")
    buyer.reload()
    assert steps.states(buyer) == {HER_NAME: "Menunggu konfirmasi penjual"}


def _order(buyer: Page, way: str) -> int:
    """Order two bags of chips as a guest, paid straight to the seller; the total that was shown before."""
    steps.take(buyer, cast.CHIPS, 2)
    steps.go_to_checkout(buyer)
    steps.type_the_village(buyer, "hurun", "Desa Hurun, Kec. Teluk Pandan, Kab. Pesawaran")
    steps.write_the_address(buyer, BUYER)
    steps.choose_way(buyer, cast.HER_SHOP, "antar")
    steps.pay_by(buyer, way)
    total = steps.bill(buyer).total
    steps.goes_on(steps.press(buyer, "Buat pesanan"))
    expect(buyer.get_by_text("Pesanan tercatat, tinggal dibayar")).to_be_visible()
    return total
