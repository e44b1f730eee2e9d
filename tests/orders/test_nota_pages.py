"""The pages of a nota: who may open them, what buyer and seller read, and what a privacy rule hides."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.extensions import db
from marketplace.kit.codes import token_hash
from marketplace.kit.transaction import transaction
from marketplace.orders import steps
from marketplace.orders.models import SellerOrder
from tests import cast, factories
from tests.browsing import Browser, words
from tests.orders.notas import Sold, accepted, corrections, lapse, nota, packed, pdf_words

TOKEN = "kunci-pesanan"
ADDRESS = "Dusun 2 RT 3"


@pytest.fixture
def sold(app: Flask) -> Sold:
    """An order of somebody with an account, packed by her shop."""
    with app.app_context():
        child = packed(user=factories.person(cast.BUYER))
        with transaction():
            order = db.session.get_one(SellerOrder, child.id).order
            order.token_hash = token_hash(TOKEN)
        db.session.remove()
    return child


def buyers(sold: Sold, tail: str = "") -> str:
    return f"/pesanan/{sold.order_number}/nota/{cast.HER_SHOP}{tail}"


def sellers(sold: Sold, tail: str = "") -> str:
    return f"/penjual/pesanan/{sold.number}/nota{tail}"


def pdf_of(answer: TestResponse) -> str:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return " ".join(pdf_words(answer.data))


def test_the_buyer_reads_and_saves_the_nota(app: Flask, sold: Sold) -> None:
    buyer = Browser(app, cast.BUYER)
    order_page = buyer.get(f"/pesanan/{sold.order_number}")
    assert f'href="{buyers(sold)}"' in order_page.text
    page = buyer.get(buyers(sold))
    assert page.status_code == 200
    read = words(page)
    number = f"N-{sold.shop_id}-2026-00001"
    for word in (
        number,
        sold.number,
        "Keripik Bu Sari",
        "Budi",
        ADDRESS,
        "2 bungkus \N{MULTIPLICATION SIGN} Rp18.000",
        "Rp36.000",
    ):
        assert word in read
    assert "DesaMart tidak ditunjuk sebagai pemungut" in read and "Tunai saat barang diterima" in read
    assert page.headers["Cache-Control"] == "no-store"
    saved = buyer.get(buyers(sold, ".pdf"))
    assert saved.headers["Content-Disposition"] == f'inline; filename="{number}.pdf"'
    assert ADDRESS in pdf_of(saved)


def test_who_holds_the_token_opens_every_page_of_it(app: Flask, sold: Sold) -> None:
    guest = Browser(app)
    page = guest.get(buyers(sold, f"?token={TOKEN}"))
    assert page.status_code == 200
    links = re.findall(r'href="(/pesanan/[^"]*)"', page.text)
    assert len(links) == 2
    assert [guest.get(link).status_code for link in links] == [200, 200]


@pytest.mark.parametrize("tail", ["", ".pdf"])
def test_strangers_find_no_nota(app: Flask, sold: Sold, tail: str) -> None:
    with app.app_context():
        number = nota(sold).number
        other = packed({cast.COFFEE: 1})
        others = nota(other).number
    # The buyer of one order reaches no other one, and no nota under another order's address.
    for who in (None, cast.OTHER_BUYER, cast.SELLER, cast.OTHER_SELLER, cast.ADMIN, cast.PROVINCE_OFFICER):
        browser = Browser(app, who)
        assert browser.get(buyers(sold, tail)).status_code == 404
        assert browser.get(buyers(sold, f"/{number}{tail}?token=falsch")).status_code == 404
    buyer = Browser(app, cast.BUYER)
    assert buyer.get(buyers(sold, f"/{number}{tail}")).status_code == 200
    assert buyer.get(buyers(sold, f"/{others}{tail}")).status_code == 404
    assert buyer.get(f"/pesanan/{sold.order_number}/nota/{cast.HIS_SHOP}{tail}").status_code == 404
    for who in (cast.OTHER_SELLER, cast.BUYER, cast.ADMIN, cast.OPERATOR):
        assert Browser(app, who).get(sellers(sold, tail)).status_code == 404
    assert Browser(app).get(sellers(sold, tail)).status_code == 303
    seller = Browser(app, cast.SELLER)
    assert seller.get(sellers(sold, f"/{number}{tail}")).status_code == 200
    assert seller.get(sellers(sold, f"/{others}{tail}")).status_code == 404
    assert seller.get(sellers(other, tail)).status_code == 404


def test_before_packing_there_is_no_nota_to_open(app: Flask) -> None:
    with app.app_context():
        waiting = accepted()
    seller = Browser(app, cast.SELLER)
    answer = seller.get(sellers(waiting))
    assert answer.status_code == 404 and "Nota dibuat saat penjual selesai mengemas" in words(answer)
    assert f'href="{sellers(waiting)}"' not in seller.get(f"/penjual/pesanan/{waiting.number}").text


def test_the_seller_sees_the_address_only_while_the_order_lives(app: Flask, sold: Sold) -> None:
    seller = Browser(app, cast.SELLER)
    assert f'href="{sellers(sold)}"' in seller.get(f"/penjual/pesanan/{sold.number}").text
    assert ADDRESS in words(seller.get(sellers(sold)))
    assert ADDRESS in pdf_of(seller.get(sellers(sold, ".pdf")))
    with app.app_context():
        with transaction():
            steps.ship(sold.id, actor="seller:1", at=factories.AT, courier="sendiri")
        with transaction():
            steps.receive(sold.id, actor="buyer", at=factories.AT)
    for read in (words(seller.get(sellers(sold))), pdf_of(seller.get(sellers(sold, ".pdf")))):
        assert "Budi" in read and ADDRESS not in read and "dekat masjid" not in read
        assert "Desa Hurun" not in read and "Alamat tidak ditampilkan lagi" in read
    buyer = Browser(app, cast.BUYER)
    assert ADDRESS in words(buyer.get(buyers(sold))) and ADDRESS in pdf_of(buyer.get(buyers(sold, ".pdf")))


def test_corrections_stand_below_the_nota_and_lead_back(app: Flask, sold: Sold) -> None:
    with app.app_context():
        lapse(sold)
        (back,) = corrections(sold)
        number = back.number
    for who, address in ((cast.BUYER, buyers), (cast.SELLER, sellers)):
        browser = Browser(app, who)
        assert f'href="{address(sold, f"/{number}")}"' in browser.get(address(sold)).text
        page = browser.get(address(sold, f"/{number}"))
        read = words(page)
        assert "Nota koreksi" in read and f"N-{sold.shop_id}-2026-00001 tanggal 10 Nov 2026" in read
        assert (
            "-2 bungkus \N{MULTIPLICATION SIGN} Rp18.000" in read
            and "-Rp36.000" in read
            and "tidak ditanggapi" in read
        )
        assert f'href="{address(sold)}"' in page.text
        assert "-Rp36.000" in pdf_of(browser.get(address(sold, f"/{number}.pdf")))


def test_a_nota_is_kept_in_indonesian_and_read_in_the_language_of_its_reader(app: Flask) -> None:
    with app.app_context():
        child = accepted(user=factories.person(cast.BUYER))
        db.session.remove()
    seller = Browser(app, cast.SELLER)
    seller.post("/bahasa", {"bahasa": "en"})
    assert seller.post(f"/penjual/pesanan/{child.number}/kemas").status_code == 303
    with app.app_context():
        assert nota(child).content["payment"]["words"] == "Tunai saat barang diterima"
    read = words(seller.get(sellers(child)))
    assert "This nota is not a tax invoice" in read and "Cash when you receive it" in read
    assert "Tunai" not in read and "Tunai saat barang diterima" in words(
        Browser(app, cast.BUYER).get(buyers(child))
    )
