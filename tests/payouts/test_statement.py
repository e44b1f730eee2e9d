"""Every rupiah of a shop stands on its page with the balance after it, and nothing of anybody else."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.payouts import statement
from marketplace.payouts.payees import Payee
from marketplace.payouts.statement import Span
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT
from tests.payouts import stage
from tests.payouts.stage import LATER

PAGE = "/penjual/saldo"


def _busy(payee: Payee) -> None:
    """Sales, a refund, cash, a payout that set a debt off, one on its way, and one that was taken back."""
    stage.bank(payee)
    stage.sold(payee, 64_450, fee=550)
    stage.sold_for_cash(payee, 360)
    stage.given_back(payee, 4_450, at=AT + timedelta(hours=1))
    stage.paid_out()
    stage.sold(payee, 90_000, at=LATER)
    stage.given_back(payee, 0, owing=5_000, at=LATER)
    [number] = stage.collected(at=LATER + timedelta(days=3))
    stage.reject(number, at=LATER + timedelta(days=3))
    stage.collected(at=LATER + timedelta(days=4))


def test_every_line_carries_the_balance_after_it(app: Flask) -> None:
    with app.app_context():
        her = stage.shop()
        _busy(her)
        stage.sold(stage.shop(cast.HIS_SHOP), 500_000)
        lines = list(statement.all_lines(her, Span()))
    assert [(line.kind, line.amount, line.balance) for line in lines] == [
        ("sale", 64_450, 64_450),
        ("sale", -360, 64_090),
        ("refund-owed", -4_450, 59_640),
        ("payout", -59_640, 0),
        ("sale", 90_000, 90_000),
        ("refund-owed", -5_000, 85_000),
        ("payout", -85_000, 0),
        ("payout-rejected", 85_000, 85_000),
        ("payout", -85_000, 0),
    ]
    assert [line.cash for line in lines[:3]] == [False, True, False]
    assert all(sum(line.parts.values()) == line.amount for line in lines)


def test_totals_go_from_the_balance_before_to_the_balance_after(app: Flask) -> None:
    with app.app_context():
        her = stage.shop()
        _busy(her)
        told = statement.totals(her, Span())
    assert (told.before, told.after) == (0, 0)
    assert {name: amount for name, amount in told.parts.items() if amount} == {
        "sales": 155_000,
        "fees": -550,
        "cash_fees": -360,
        "refunds": -9_450,
        "payouts": -144_640,
    }


def test_a_month_begins_at_midnight_in_jakarta_with_what_was_there(app: Flask) -> None:
    last, first = (datetime(2026, 10, 31, *clock, tzinfo=UTC) for clock in ((16, 59, 59), (17, 0, 0)))
    with app.app_context():
        her = stage.shop()
        stage.sold(her, 1_000, at=last)
        stage.sold(her, 200, at=first)
        october, november = Span("2026-10"), Span("2026-11")
        assert [line.amount for line in statement.all_lines(her, october)] == [1_000]
        [line] = statement.page_of(her, november, 1).rows
        assert (line.amount, line.balance) == (200, 1_200)
        told = statement.totals(her, november)
        assert (told.before, told.after) == (1_000, 1_200)
        assert statement.months(her, AT.date()) == ["2026-11", "2026-10"]


def test_pages_of_a_long_statement_carry_on_the_balance(app: Flask) -> None:
    with app.app_context():
        her = stage.shop()
        for hours in range(30):
            stage.sold(her, 100, at=AT + timedelta(hours=hours))
        first, second = (statement.page_of(her, Span(), page) for page in (1, 2))
    assert (first.total, first.pages) == (30, 2)
    assert [line.balance for line in first.rows] == [3_000 - 100 * place for place in range(25)]
    assert [line.balance for line in second.rows] == [500, 400, 300, 200, 100]


def test_the_number_of_queries_does_not_grow_with_the_lines(app: Flask) -> None:
    counts = []
    for _round in range(2):
        with app.app_context():
            for _sale in range(12):
                stage.sold(stage.shop(), 100)
            db.session.remove()
        counts.append(_queries(app))
    assert counts[0] == counts[1] <= 22, counts


def _queries(app: Flask) -> int:
    sent: list[str] = []
    browser = Browser(app, cast.SELLER)
    browser.get(PAGE)
    with app.app_context():
        engine = db.engine

    def heard(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    try:
        assert browser.get(PAGE).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    return len([text for text in sent if text.lstrip().startswith(("SELECT", "WITH"))])


@pytest.fixture
def busy(app: Flask) -> str:
    """Her shop with a past; the number of its payout that is on the way."""
    with app.app_context():
        _busy(stage.shop())
        [number] = [one.number for one in stage.standing_payouts() if one.status == "draft"]
        db.session.remove()
    return number


def test_the_page_says_how_the_money_stands(busy: str, app: Flask) -> None:
    page = Browser(app, cast.SELLER).get(PAGE)
    said = words(page)
    assert "Belum dibayarkan ke Anda Rp0" in said and "Dalam perjalanan Rp85.000" in said
    assert "Penjualan lewat DesaMart +Rp155.000" in said and "Pencairan -Rp144.640" in said
    assert "Rp65.000 dikurangi biaya Rp550" in said
    assert f"{busy}: hak Rp90.000 dikurangi utang Rp5.000" in said
    assert "Menunggu persetujuan" in said and "Sudah diterima" in said and "Pencairan dibatalkan" in said
    assert f'href="/penjual/pencairan/{busy}"' in page.text
    assert 'href="/penjual/rekening"' in page.text


def test_a_month_can_be_chosen_and_nonsense_is_not_there(busy: str, app: Flask) -> None:
    browser = Browser(app, cast.SELLER)
    said = words(browser.get(f"{PAGE}?bulan=2026-11"))
    assert "Saldo awal Rp0" in said and "November 2026" in said
    assert "Belum ada catatan" in words(browser.get(f"{PAGE}?bulan=2025-01"))
    for month in ("2026-13", "kemarin", "202611", "0000-01", "0001-01", "9999-12", "2026-11-01"):
        for path in (PAGE, f"{PAGE}/laporan", f"{PAGE}.csv"):
            assert browser.get(f"{path}?bulan={month}").status_code == 404, month


def test_the_file_adds_up_and_the_sheet_has_every_line(busy: str, app: Flask) -> None:
    browser = Browser(app, cast.SELLER)
    answer = browser.get(f"{PAGE}.csv?bulan=2026-11")
    assert 'filename="saldo-keripik-bu-sari-2026-11.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    parts = (
        "penjualan",
        "biaya",
        "biaya_penjualan_tunai",
        "bagian_desa",
        "pengembalian",
        "pencairan",
        "lainnya",
    )
    balance = 0
    for row in rows:
        assert sum(int(row[part]) for part in parts) == int(row["jumlah"])
        balance += int(row["jumlah"])
        assert balance == int(row["saldo"])
    assert len(rows) == 9 and balance == 0
    sheet = words(browser.get(f"{PAGE}/laporan?bulan=2026-11"))
    assert "Laporan saldo" in sheet and "Keripik Bu Sari" in sheet
    assert all(row["nomor"] in sheet for row in rows)


def test_a_payout_shows_its_orders_to_its_shop_only(busy: str, app: Flask) -> None:
    path = f"/penjual/pencairan/{busy}"
    said = words(Browser(app, cast.SELLER).get(path))
    assert "Rp90.000" in said and "Dipotong utang biaya Rp5.000" in said and "••••5678" in said
    assert "0012345678" not in said
    for stranger in (cast.OTHER_SELLER, cast.BUYER, cast.FINANCE, cast.OPERATOR):
        assert Browser(app, stranger).get(path).status_code == 404


def test_lines_of_others_are_on_no_page_and_in_no_file(busy: str, app: Flask) -> None:
    browser = Browser(app, cast.OTHER_SELLER)
    for path in (PAGE, f"{PAGE}/laporan", f"{PAGE}.csv"):
        answer = browser.get(path)
        assert answer.status_code == 200 and "64.450" not in answer.text and busy not in answer.text
        assert browser.get(f"{path}?toko={cast.HER_SHOP}").status_code == 404
        assert Browser(app, cast.BUYER).get(path).status_code == 404
        assert Browser(app).get(path).status_code == 303


def test_a_village_reads_its_own_account(app: Flask) -> None:
    with app.app_context():
        village = stage.village()
        with transaction():
            lines = [
                (accounts.ESCROW, 65_000),
                (stage.shop().payable, -50_000),
                (accounts.FEES, -650),
                (village.payable, -14_350),
            ]
            post("sale", "DM-261110-DESA01-1", lines, happened_at=AT, at=AT)
        stage.bank(village)
        stage.sold(village, 60_000)
        stage.paid_out()
        db.session.remove()
    browser = Browser(app, cast.OPERATOR)
    said = words(browser.get("/gerai/saldo"))
    assert "Bagian desa dan pengantaran desa +Rp74.350" in said and "Pencairan -Rp74.350" in said
    assert "Rp650" not in said
    assert "14350" in browser.get("/gerai/saldo.csv").text
    assert "Hanura" in words(browser.get("/gerai/saldo/laporan"))
    for desa in (cast.PODOMORO, "18.09.10", "x", "18.09.10.9999"):
        assert browser.get(f"/gerai/saldo?desa={desa}").status_code == 404


@pytest.mark.parametrize(
    "email", [cast.BUYER, cast.SELLER, cast.DISTRICT_OFFICER, cast.VILLAGE_OFFICER_OF_ELSEWHERE]
)
def test_the_money_of_a_village_is_not_there_for_others(app: Flask, email: str) -> None:
    browser = Browser(app, email)
    for path in ("/gerai/saldo", "/gerai/saldo/laporan", "/gerai/saldo.csv"):
        assert browser.get(f"{path}?desa={cast.HANURA}").status_code == 404


def test_a_sale_made_by_the_pages_leads_to_its_order(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 2}).order.children[0]
        number = child.number
        factories.complete(child)
        db.session.remove()
    page = Browser(app, cast.SELLER).get(PAGE)
    assert f'href="/penjual/pesanan/{number}"' in page.text
    assert "Uangnya sudah Anda terima sendiri" in words(page)
