"""The catalogue and the price list on paper: what is on sale, with all prices, and a code to the page."""

import pytest
from flask import Flask

from marketplace.catalog import for_paper
from marketplace.catalog.models import PAUSED, Variant
from marketplace.catalog.public import in_region
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.sellers import opening
from tests import cast, factories
from tests.browsing import Browser, words

SHOP, VILLAGE = f"/toko/{cast.HER_SHOP}/katalog", f"/desa/{cast.HANURA}/katalog"


@pytest.fixture
def guest(app: Flask) -> Browser:
    """Somebody without an account."""
    return Browser(app)


def test_a_shops_catalogue_shows_what_is_on_sale(app: Flask, guest: Browser) -> None:
    with app.app_context():
        with transaction():
            factories.product(cast.CRACKERS).status = PAUSED
        db.session.remove()
    page = guest.get(SHOP)
    text = words(page)
    assert "Keripik Pisang Cokelat Rp18.000 / bungkus" in text and "Gabus Pindang" in text
    assert "Kerupuk Ikan" not in text and "Kopi" not in text
    assert 'aria-label="Kode QR ke halaman Keripik Bu Sari"' in page.text
    assert f"/toko/{cast.HER_SHOP}" in text


def test_a_price_list_names_each_variant_and_quantity(app: Flask, guest: Browser) -> None:
    with app.app_context():
        with transaction():
            chips = factories.product(cast.CHIPS)
            chips.variants[0].tiers = [[10, 16_000]]
            chips.variants[0].name = "Kecil"
            chips.variants.append(Variant(price=30_000, name="Besar", position=1))
        db.session.remove()
    text = words(guest.get(f"{SHOP}?bentuk=daftar"))
    assert "Keripik Pisang Cokelat, Kecil Rp18.000 / bungkus mulai 10 bungkus: Rp16.000" in text
    assert "Keripik Pisang Cokelat, Besar Rp30.000 / bungkus" in text


def test_a_villages_catalogue_goes_shop_by_shop(app: Flask, guest: Browser) -> None:
    with app.app_context():
        with transaction():
            shop = opening.open_shop(
                None, name="Anyaman Mbah Sum", kind="umkm", village_code=cast.HANURA, phone="", at=now()
            )
            opening.verify(shop, at=now())
            factories.put_on_shelf(shop, slug="tampah", name="Tampah Bambu", price=25_000, stock=3)
        db.session.remove()
    text = words(guest.get(VILLAGE))
    assert text.index("Anyaman Mbah Sum") < text.index("Tampah Bambu") < text.index("Keripik Bu Sari")
    assert "Kopi" not in text


def test_a_long_list_is_cut_into_pages_that_keep_their_form(app: Flask) -> None:
    with app.app_context():
        seen: list[str] = []
        for number in (1, 2, 9):
            page = for_paper.goods(
                in_region(cast.HANURA), number, per_page=2, at=now(), address=lambda to: f"?halaman={to}"
            )
            assert (page.total, page.pages) == (3, 2)
            seen += [ware.card.slug for shop in page.rows for ware in shop.wares] if number < 9 else []
        assert seen == [cast.LOCAL_SNACK, cast.CHIPS, cast.CRACKERS]


def test_what_sells_nothing_has_no_catalogue(app: Flask, guest: Browser) -> None:
    with app.app_context():
        with transaction():
            opening.suspend(factories.shop(cast.HER_SHOP), at=now())
        db.session.remove()
    assert guest.get(SHOP).status_code == 404
    assert guest.get("/desa/18.09/katalog").status_code == 404
    assert "Belum ada barang" in words(guest.get(VILLAGE))


def test_the_ways_to_the_catalogue(app: Flask, guest: Browser) -> None:
    for page in (f"/toko/{cast.HER_SHOP}", SHOP.replace("katalog", "katalog?bentuk=daftar")):
        assert SHOP in guest.get(page).text
    assert VILLAGE in guest.get(f"/desa/{cast.HANURA}").text
    assert SHOP in Browser(app, cast.SELLER).get("/penjual/produk").text
    assert VILLAGE in Browser(app, cast.OPERATOR).get("/gerai/bantuan").text
