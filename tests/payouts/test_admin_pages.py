"""Those who keep the books pay out on pages: preview, batch, files, payout; others find nothing."""

import csv
import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from tests import cast, factories
from tests.browsing import Browser, value_of, words
from tests.factories import AT
from tests.payouts import stage

LIST = "/admin/pencairan"


@pytest.fixture(autouse=True)
def _owed(app: Flask) -> None:
    """Her shop is owed money and has an account whose number begins with zeros; his has none."""
    with app.app_context():
        stage.bank(stage.shop(), "0012345678", holder="=SARI")
        stage.sold(stage.shop(), 60_000)
        stage.sold(stage.shop(cast.HIS_SHOP), 70_000)
        db.session.remove()


@pytest.fixture
def finance(app: Flask) -> Browser:
    return Browser(app, cast.FINANCE)


@pytest.fixture
def admin(app: Flask) -> Browser:
    return Browser(app, cast.ADMIN)


@pytest.fixture
def batch(finance: Browser) -> str:
    """The address of a batch that finance has collected."""
    answer = finance.post(f"{LIST}/kumpulkan")
    assert answer.status_code == 303
    return str(answer.location)


def test_the_preview_says_who_gets_what_and_why_others_do_not(finance: Browser) -> None:
    said = words(finance.get(f"{LIST}/kumpulkan"))
    assert "Keripik Bu Sari" in said and "Rp60.000" in said and "0012345678" in said
    assert "Kopi Podomoro" in said and "Belum ada rekening bank." in said


def test_a_payout_of_many_orders_is_read_page_by_page(app: Flask, finance: Browser) -> None:
    with app.app_context():
        numbers = [stage.sold(stage.shop(), 10_000) for _ in range(30)]
        db.session.remove()
    batch = str(finance.post(f"{LIST}/kumpulkan").location)
    payout = f"{batch.rpartition('/')[2]}-1"
    for browser, page in (
        (finance, f"{batch}/{payout}"),
        (Browser(app, cast.SELLER), f"/penjual/pencairan/{payout}"),
    ):
        first, second = browser.get(page).text, browser.get(f"{page}?halaman=2").text
        assert first.count("DM-261110-UJI") // 2 <= 25 and numbers[0] in first and numbers[-1] not in first
        assert numbers[-1] in second and numbers[0] not in second and "halaman=2" in first
    rows = list(csv.reader(io.StringIO(finance.get(f"{batch}/rincian.csv").text.lstrip("\ufeff"))))
    assert len(rows) == 1 + 31


def test_from_collecting_to_the_confirmation(batch: str, finance: Browser, admin: Browser) -> None:
    payout = f"{batch}/{batch.rpartition('/')[2]}-1"
    mine = finance.get(batch)
    assert "Anda mengumpulkan kelompok ini, orang lain harus menyetujui." in words(mine)
    assert f"{batch}/setujui" not in mine.text
    assert finance.post(f"{batch}/setujui").status_code == 409
    assert f"{batch}/setujui" in admin.get(batch).text
    assert admin.post(f"{batch}/setujui").status_code == 303
    assert finance.post(f"{payout}/kirim").status_code == 303
    page = finance.get(payout)
    assert "Apa kata bank?" in words(page)
    refused = finance.post(f"{payout}/diterima", {"referensi": " "})
    assert refused.status_code == 422 and "Isi nomor referensi dari bank." in words(refused)
    assert finance.post(f"{payout}/diterima", {"referensi": "BRI-1"}).status_code == 303
    said = words(finance.get(payout))
    assert "Sudah diterima" in said and "Referensi bank: BRI-1" in said and "Keuangan" in said
    assert finance.post(f"{payout}/gagal", {"alasan": "x"}).status_code == 409


def test_a_failed_payout_is_sent_again_from_its_page(batch: str, app: Flask, finance: Browser) -> None:
    number = f"{batch.rpartition('/')[2]}-1"
    payout = f"{batch}/{number}"
    Browser(app, cast.ADMIN).post(f"{batch}/setujui")
    assert finance.post(f"{batch}/kirim").status_code == 303
    assert finance.post(f"{payout}/gagal", {"alasan": ""}).status_code == 422
    assert finance.post(f"{payout}/gagal", {"alasan": "Nama tidak cocok"}).status_code == 303
    with app.app_context():
        stage.bank(stage.shop(), "777", holder="SARI BARU")
        db.session.remove()
    page = finance.get(payout)
    assert "Rekening penerima sudah diganti." in words(page) and "Nama tidak cocok" in words(page)
    account = value_of(page, "rekening")
    assert finance.post(f"{payout}/kirim-ulang", {"rekening": "x"}).status_code == 422
    assert finance.post(f"{payout}/kirim-ulang", {"rekening": account}).status_code == 303
    with app.app_context():
        assert (stage.payout(number).status, stage.payout(number).account_number) == ("sent", "777")


def test_a_batch_and_a_single_payout_can_be_taken_back(batch: str, finance: Browser, app: Flask) -> None:
    payout = f"{batch}/{batch.rpartition('/')[2]}-1"
    assert finance.post(f"{batch}/batalkan", {"alasan": ""}).status_code == 422
    assert finance.post(f"{payout}/batalkan", {"alasan": "Salah"}).status_code == 303
    assert finance.post(f"{batch}/batalkan", {"alasan": "Salah"}).status_code == 409
    with app.app_context():
        assert stage.claimed() == 0


def test_every_order_line_can_be_looked_at_before_approving(app: Flask, finance: Browser) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 2, cast.CRACKERS: 1}, pay="stripe").order.children[0]
        lines = [(accounts.ESCROW, 60_000), (stage.shop().payable, -60_000)]
        number = child.number
        with transaction():
            post("sale", number, lines, happened_at=AT, at=AT)
        db.session.remove()
    batch = str(finance.post(f"{LIST}/kumpulkan").location)
    payout = f"{batch}/{batch.rpartition('/')[2]}-1"
    page = finance.get(payout)
    assert "2 bungkus Keripik Pisang Cokelat: Rp36.000" in words(page)
    assert f'href="/admin/pembukuan/pesanan/{number[:-2]}"' in page.text
    rows = list(csv.DictReader(io.StringIO(finance.get(f"{batch}/rincian.csv").text.removeprefix("\ufeff"))))
    mine = [row for row in rows if row["nomor"] == number]
    assert [(row["barang"], row["nilai_barang"], row["hak_penerima"]) for row in mine] == [
        ("Keripik Pisang Cokelat", "36000", "60000"),
        ("Kerupuk Ikan", "12500", ""),
    ]
    assert sum(int(row["hak_penerima"] or 0) for row in rows) == 120_000


def test_the_file_for_the_bank_is_of_approved_batches_and_always_the_same(
    batch: str, finance: Browser, admin: Browser, app: Flask
) -> None:
    number = f"{batch.rpartition('/')[2]}-1"
    for kind in ("csv", "xlsx"):
        assert finance.get(f"{batch}/berkas.{kind}").status_code == 409
    admin.post(f"{batch}/setujui")
    first = {kind: finance.get(f"{batch}/berkas.{kind}").data for kind in ("csv", "xlsx")}
    finance.post(f"{batch}/kirim")
    finance.post(f"{batch}/{number}/gagal", {"alasan": "Ditutup"})
    with app.app_context():
        stage.bank(stage.shop(), "999")
        stage.send_again(number)
        db.session.remove()
    assert {kind: admin.get(f"{batch}/berkas.{kind}").data for kind in ("csv", "xlsx")} == first
    [row] = csv.DictReader(io.StringIO(first["csv"].decode("utf-8-sig")))
    assert row == {
        "no": "1",
        "bank": "BRI",
        "nomor_rekening": "0012345678",
        "nama_penerima": "'=SARI",
        "jumlah": "60000",
        "berita": number,
        "penerima": "Keripik Bu Sari",
    }
    sheet = load_workbook(io.BytesIO(first["xlsx"])).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert [cell.value for cell in cells] == [
        1, "BRI", "0012345678", "=SARI", 60_000, number, "Keripik Bu Sari"
    ]  # fmt: skip
    assert [cell.data_type for cell in cells] == ["n", "s", "s", "s", "n", "s", "s"]


def test_what_was_sent_days_ago_is_to_be_looked_for_at_the_bank(finance: Browser, app: Flask) -> None:
    with app.app_context():
        [number] = stage.collected()
        stage.approve(number)
        stage.send(number)
        db.session.remove()
    said = words(finance.get(LIST))
    assert "Periksa di bank" in said and number in said
    with app.app_context():
        stage.confirm(number)
        db.session.remove()
    assert "Periksa di bank" not in words(finance.get(LIST))


def test_the_same_form_twice_collects_once(finance: Browser, app: Flask) -> None:
    key = value_of(finance.get(f"{LIST}/kumpulkan"), "kunci")
    for _press in range(2):
        assert finance.post(f"{LIST}/kumpulkan", {"kunci": key}).status_code == 303
    assert words(finance.get(LIST)).count("Menunggu persetujuan") == 1


def test_nobody_to_pay_is_said(finance: Browser) -> None:
    finance.post(f"{LIST}/kumpulkan")
    answer = finance.post(f"{LIST}/kumpulkan")
    assert answer.location == LIST
    assert "Sekarang belum ada yang bisa dicairkan." in words(finance.get(LIST))


def test_finance_books_what_came_to_the_bank(finance: Browser, app: Flask) -> None:
    page = "/admin/dana-masuk"
    assert "Tidak ada uang di penyedia" in words(finance.get(page))
    with app.app_context():
        with transaction():
            lines = [(accounts.clearing("stripe"), 100_000), (accounts.ESCROW, -100_000)]
            post("payment", "dm-1", lines, happened_at=AT, at=AT)
        db.session.remove()
    form = {
        "penyedia": "stripe",
        "jumlah": "90.000",
        "biaya": "Rp2.500",
        "tanggal": "2026-11-12",
        "referensi": "RK 7",
    }
    for changes, said in (
        ({"jumlah": "9e4"}, "Isi jumlah dalam rupiah"),
        ({"jumlah": "100.001"}, "Di penyedia ini ada Rp100.000."),
        ({"biaya": "banyak"}, "Isi biaya dalam rupiah"),
        ({"tanggal": "2999-01-01"}, "paling akhir hari ini"),
        ({"tanggal": "kemarin"}, "Ada yang perlu diperbaiki"),
        ({"referensi": ""}, "Isi nomor referensi"),
        ({"penyedia": "bank-lain"}, "Ada yang perlu diperbaiki"),
    ):
        refused = finance.post(page, form | changes)
        assert refused.status_code == 422 and said in words(refused), changes
    assert finance.post(page, form).status_code == 303
    assert finance.post(page, form).status_code == 422
    said = words(finance.get(page))
    assert "Rp87.500" in said and "Rp10.000" in said and "RK 7" in said
    with app.app_context():
        assert stage.balance(accounts.BANK) == 87_500


@pytest.mark.parametrize(
    "email",
    [None, cast.BUYER, cast.SELLER, cast.OPERATOR, cast.DISTRICT_OFFICER, cast.PROVINCE_OFFICER],
)
def test_payouts_are_not_there_for_others(batch: str, app: Flask, email: str | None) -> None:
    browser = Browser(app, email)
    payout = f"{batch}/{batch.rpartition('/')[2]}-1"
    pages = [LIST, f"{LIST}/kumpulkan", batch, payout, "/admin/dana-masuk"]
    pages += [f"{batch}/{name}" for name in ("berkas.csv", "berkas.xlsx", "rincian.csv")]
    forms = [f"{LIST}/kumpulkan", "/admin/dana-masuk"]
    forms += [f"{batch}/{step}" for step in ("setujui", "batalkan", "kirim")]
    forms += [f"{payout}/{step}" for step in ("batalkan", "kirim", "diterima", "gagal", "kirim-ulang")]
    answers = [browser.get(page) for page in pages] + [browser.post(form) for form in forms]
    if email is None:
        assert {(one.status_code, one.location.partition("?")[0]) for one in answers} == {(303, "/masuk")}
    else:
        assert {one.status_code for one in answers} == {404}


def test_a_payout_is_found_in_its_own_batch_only(batch: str, finance: Browser) -> None:
    number = f"{batch.rpartition('/')[2]}-1"
    assert finance.get(f"{LIST}/PC-000000-AAAA/{number}").status_code == 404
    assert finance.post(f"{LIST}/PC-000000-AAAA/{number}/batalkan", {"alasan": "x"}).status_code == 404
    assert finance.get(f"{batch}/{number}9").status_code == 404
    assert finance.get(f"{LIST}/PC-000000-AAAA").status_code == 404
