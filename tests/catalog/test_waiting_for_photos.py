"""Goods without a photo wait on a page of their own, and are on sale as soon as they have one."""

import io

import pytest
from flask import Flask

from marketplace.catalog import publishing
from marketplace.catalog.publishing import ProductDraft
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.browsing import Browser, value_of, words
from tests.catalog.test_seller_pages import photo
from tests.factories import AT
from tests.statements import count

HOME = "/penjual/produk/tanpa-foto"
FIRST = "/penjual/produk/dodol-nanas/foto-pertama"


def _prepare(app: Flask, name: str = "Dodol Nanas", shop: str = cast.HER_SHOP) -> None:
    draft = ProductDraft(name, 15_000, "bungkus", "dodol-manisan", stock=4, hidden=True)
    with app.app_context(), transaction():
        publishing.publish(factories.shop(shop), draft, at=AT)


def _status(app: Flask) -> tuple[str, int]:
    with app.app_context():
        product = factories.product("dodol-nanas")
        return product.status, len(product.photos)


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, with one draft that lacks its photo."""
    _prepare(app)
    return Browser(app, cast.SELLER)


def test_the_list_names_them_and_a_photo_puts_them_on_sale(app: Flask, seller: Browser) -> None:
    assert "1 barang sudah disiapkan" in words(seller.get("/penjual/produk"))
    page = seller.get(HOME)
    assert "Foto Dodol Nanas" in words(page) and cast.CHIPS not in page.text
    form = {"foto": photo(), "kunci": value_of(page, "kunci"), "toko": cast.HER_SHOP}
    assert seller.post(FIRST, form).location == HOME
    assert _status(app) == ("active", 1)
    page = seller.get(HOME)
    assert "Dodol Nanas sudah tampil" in words(page) and "Semua barang sudah berfoto" in words(page)
    assert Browser(app).get("/produk/dodol-nanas").status_code == 200


def test_the_same_form_again_shows_no_second_photo(app: Flask, seller: Browser) -> None:
    key = value_of(seller.get(HOME), "kunci")
    for _press in range(2):
        assert seller.post(FIRST, {"foto": photo(), "kunci": key}).status_code == 303
    seller.post(FIRST, {"foto": photo("teal")})
    assert _status(app) == ("active", 1)


def test_without_a_usable_photo_it_goes_on_waiting_and_says_why(app: Flask, seller: Browser) -> None:
    for sent in ({}, {"foto": (io.BytesIO(b"GIF89a"), "a.gif")}):
        answer = seller.post(FIRST, sent)
        assert answer.status_code == 422 and 'id="foto-dodol-nanas-salah"' in answer.text
    assert _status(app) == ("draft", 0)


def test_an_unverified_shop_keeps_the_photo_and_learns_what_is_missing(app: Flask, seller: Browser) -> None:
    with app.app_context(), transaction():
        factories.shop(cast.HER_SHOP).status = "applied"
    seller.post(FIRST, {"foto": photo()})
    assert _status(app) == ("draft", 1)
    assert "belum diverifikasi desa" in words(seller.get("/penjual/produk"))


def test_nobody_elses_goods_can_be_photographed(app: Flask, seller: Browser) -> None:
    for stranger in (Browser(app, cast.OTHER_SELLER), Browser(app, cast.BUYER)):
        assert stranger.post(FIRST, {"foto": photo()}).status_code == 404
    assert _status(app) == ("draft", 0)


def test_the_list_asks_the_same_however_long_it_is(app: Flask, seller: Browser) -> None:
    def cost() -> int:
        with app.app_context():
            return count(lambda: seller.get(HOME))

    few = cost()
    for number in range(5):
        _prepare(app, f"Dodol Nomor {number}")
    assert cost() == few
