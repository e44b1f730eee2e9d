"""The seller's pages of files: sent and judged, begun once, watched, and nobody else's."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations.demo import goods_files as demo_files
from marketplace.sellers.models import SUSPENDED
from tests import cast, factories, goods_files
from tests.browsing import Browser, value_of, words
from tests.goods_files import csv_file
from tests.statements import count

HOME = "/penjual/produk/impor"
BODY = csv_file("kode;nama;harga;stok", "K-1;Dodol Nanas;15000;4", "K-2;Dodol Susu;15,5;4")


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def _send(browser: Browser, body: bytes, name: str = "barang.csv", **more: Any) -> Any:
    return browser.post(HOME, {"berkas": (BytesIO(body), name), **more})


def _known(app: Flask, code: str) -> bool:
    with app.app_context():
        return db.session.query(Product).filter_by(own_code=code).count() == 1


def test_a_file_is_judged_begun_and_taken_over(app: Flask, seller: Browser) -> None:
    answer = _send(seller, BODY)
    assert answer.status_code == 303
    page = seller.get(answer.location)
    for said in ("barang.csv", "Belum ada yang berubah", "Dodol Nanas", "15,5", "misalnya 15.000"):
        assert said in words(page)
    assert "Impor semua" not in words(page)
    assert not _known(app, "K-1")
    assert seller.post(answer.location, {"cara": "semua"}).status_code == 409
    form = {"cara": "benar", "kunci": value_of(page, "kunci")}
    assert seller.post(answer.location, form).location == answer.location
    waiting = seller.get(answer.location)
    assert waiting.headers["Refresh"] and "<progress" in waiting.text
    # The same press again is led to the same page; another one comes too late.
    assert seller.post(answer.location, form).status_code == 303
    assert seller.post(answer.location, {"cara": "benar"}).status_code == 409
    assert seller.post(f"{answer.location}/batal").status_code == 409
    with app.app_context():
        goods_files.carry()
    done = seller.get(answer.location)
    assert "Refresh" not in done.headers
    assert "Lihat produk" in words(done)
    assert _known(app, "K-1")


def test_all_problems_can_be_taken_home(seller: Browser) -> None:
    address = _send(seller, csv_file("nama;harga", *(f"Dodol {n};x" for n in range(250)))).location
    page = seller.get(address)
    assert "200 yang pertama dari 250" in words(page)
    lines = seller.get(f"{address}/masalah.csv").text.splitlines()
    assert len(lines) == 251
    assert lines[250] == '251,harga,x,"Tulis harga dalam rupiah, misalnya 15.000."'


def test_a_checked_file_can_be_given_up(app: Flask, seller: Browser) -> None:
    address = _send(seller, BODY).location
    assert seller.post(f"{address}/batal").location == HOME
    assert "dibatalkan" in words(seller.get(address))
    assert seller.post(address, {"cara": "benar"}).status_code == 409


@pytest.mark.parametrize("body", [b"", b"%PDF-1.4", b"PK\x03\x04", b"1;2\n3;4"])
def test_what_is_no_list_of_goods_is_refused_beside_the_field(seller: Browser, body: bytes) -> None:
    answer = _send(seller, body)
    assert answer.status_code == 422
    assert 'id="berkas-salah"' in answer.text


def test_an_album_that_is_none_is_refused_beside_its_field(seller: Browser) -> None:
    answer = _send(seller, BODY, foto=(BytesIO(b"no zip"), "foto.zip"))
    assert answer.status_code == 422
    assert 'id="foto-salah"' in answer.text


def test_what_was_typed_is_shown_as_text(seller: Browser) -> None:
    nasty = csv_file("nama;harga;<script>alert(1)</script>", "<img src=x onerror=alert(2)>;x;1")
    page = seller.get(_send(seller, nasty, name="<b>x</b>.csv").location)
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "<b>x" not in page.text


def test_strangers_and_other_shops_find_nothing(app: Flask, seller: Browser) -> None:
    address = _send(seller, BODY).location
    other = Browser(app, cast.OTHER_SELLER)
    for stranger in (other, Browser(app, cast.BUYER), Browser(app, cast.OPERATOR)):
        assert stranger.get(address).status_code == 404
        assert stranger.get(f"{address}/masalah.csv").status_code == 404
        assert stranger.post(address, {"cara": "benar"}).status_code == 404
        assert stranger.post(f"{address}/batal").status_code == 404
    assert other.post(f"{HOME}?toko={cast.HER_SHOP}", {"berkas": (BytesIO(BODY), "x.csv")}).status_code == 404
    assert Browser(app, cast.BUYER).get("/penjual/produk/ekspor.csv").status_code == 404
    assert Browser(app).get(HOME).status_code == 303
    assert cast.CHIPS not in other.get("/penjual/produk/ekspor.csv").text
    assert seller.get(f"{HOME}/{2**70}").status_code == 404


def test_a_suspended_shop_may_look_and_change_nothing(app: Flask, seller: Browser) -> None:
    address = _send(seller, BODY).location
    with app.app_context(), transaction():
        factories.shop(cast.HER_SHOP).status = SUSPENDED
    assert _send(seller, BODY).status_code == 409
    assert seller.post(address, {"cara": "benar"}).status_code == 409
    assert seller.get("/penjual/produk/ekspor.csv").status_code == 200


def test_templates_and_own_goods_go_out_in_both_kinds(seller: Browser) -> None:
    for address, rows in ((f"{HOME}/contoh", 5), ("/penjual/produk/ekspor", 4)):
        lines = seller.get(f"{address}.csv").text.splitlines()
        book = load_workbook(BytesIO(seller.get(f"{address}.xlsx").data))
        head = [cell.value for cell in book.active[1]]
        assert ",".join(head) == lines[0].lstrip("\ufeff")
        assert book.active.max_row == rows
    assert "Keripik Pisang Cokelat" in seller.get("/penjual/produk/ekspor.csv").text


def test_the_pages_ask_the_same_however_long_the_file_is(app: Flask, seller: Browser) -> None:
    def looks(rows: int) -> int:
        address = _send(seller, csv_file("nama;harga", *(f"Dodol {n};1000" for n in range(rows)))).location
        with app.app_context():
            return count(lambda: seller.get(address))

    assert looks(40) == looks(2)


def test_the_demo_shop_has_codes_and_a_file_to_decide_on(app: Flask, seller: Browser) -> None:
    with app.app_context():
        demo_files.bring(factories.AT)
    assert _known(app, "BS-001")
    page = seller.get(HOME)
    assert "kode-barang.csv" in words(page) and "harga-baru.csv" in words(page)
    assert "Menunggu keputusan Anda" in words(page)
