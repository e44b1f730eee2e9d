"""The folded part of the product form: variants, prices by quantity, seasons; odd input told by its field."""

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.catalog import stocking
from marketplace.catalog.models import DRAFT, Product, Variant
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.browsing import Browser, words
from tests.catalog.test_seller_pages import answers, photo
from tests.factories import AT

NEW = "/penjual/produk/baru"
CHIPS = f"/penjual/produk/{cast.CHIPS}"
HARVEST = {
    "kirim_mulai": "2027-03-20",
    "pesan_sampai": "10/3/2027",
    "panen_dari": "2027-03-01",
    "panen_sampai": "2027-03-15",
}
SIZES = {
    "nama_pilihan": "250 g",
    "varian-0-nama": "500 g",
    "varian-0-harga": "34.000",
    "varian-0-stok": "7",
    "varian-0-isi": "500 gram",
    "varian-0-tingkat-0-mulai": "10",
    "varian-0-tingkat-0-harga": "32.000",
}


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def filled(seller: Browser, **more: Any) -> dict[str, Any]:
    return answers(seller.get(NEW), nama="Keripik Talas", harga="18.000", foto=photo()) | more


def publish(seller: Browser, **more: Any) -> TestResponse:
    return seller.post(NEW, filled(seller, **more))


def chips_form(seller: Browser, **more: Any) -> dict[str, Any]:
    """The edit form of the chips as it stands, text fields and hidden ones, with some changed."""
    page = seller.get(CHIPS)
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        name = re.search(r'name="((?:varian|tingkat|nama_pilihan)[^"]*)"', tag)
        if name and "checkbox" not in tag:
            fields[name[1]] = (re.search(r'value="([^"]*)"', tag) or ["", ""])[1]
    return answers(page, foto=photo()) | fields | more


def made(slug: str = "keripik-talas") -> Product:
    db.session.expire_all()
    return factories.product(slug)


def test_everything_that_is_said_is_kept_and_shown_again(app: Flask, seller: Browser) -> None:
    said = {
        "merek": "Talasku",
        "mutu": "A",
        "unggulan": "y",
        "asal": cast.HURUN,
        "tahan_hari": "60",
        "panjang": "20",
        "lebar": "15",
        "tinggi": "5",
        "minimal": "5",
        "kelipatan": "5",
        "harga_coret": "20.000",
        "tingkat-0-mulai": "20",
        "tingkat-0-harga": "16.500",
        "isi": "250 gram",
    }
    assert publish(seller, **said, **SIZES, **HARVEST).status_code == 303
    with app.app_context():
        product = made()
        assert (product.min_quantity, product.step, product.grade, product.brand) == (5, 5, "A", "Talasku")
        assert (product.is_unggulan, product.origin_code, product.shelf_life_days) == (True, cast.HURUN, 60)
        assert (str(product.expected_on), str(product.order_until)) == ("2027-03-20", "2027-03-10")
        first, second = product.variants
        assert (first.name, first.compare_price, first.tiers) == ("250 g", 20_000, [[20, 16_500]])
        assert (second.name, second.price, second.on_hand, second.net_weight_g) == ("500 g", 34_000, 7, 500)
        assert second.tiers == [[10, 32_000]]
    page = seller.get("/penjual/produk/keripik-talas").text
    for value in ("16.500", "32.000", "500 g", "Talasku", "2027-03-10"):
        assert f'value="{value}"' in page
    shop = words(Browser(app).get("/produk/keripik-talas"))
    assert "Talasku" in shop and "Rp20.000" in shop and "Produk unggulan desa" in shop


def test_a_row_is_added_without_losing_anything(app: Flask, seller: Browser) -> None:
    page = publish(seller, **SIZES, aksi="tambah:varian")
    assert page.status_code == 200 and 'name="varian-1-nama"' in page.text
    assert 'value="34.000"' in page.text and 'value="Keripik Talas"' in page.text
    assert "foto_tersimpan" in page.text
    deeper = publish(seller, **SIZES, aksi="tambah:varian-0-tingkat").text
    assert 'name="varian-0-tingkat-1-mulai"' in deeper
    for odd in ("tambah:kunci", "tambah:varian-9-tingkat", "naik:٣", "naik:99", "x"):
        assert publish(seller, aksi=odd).status_code == 200
    with app.app_context():
        assert db.session.query(Product).filter_by(name="Keripik Talas").count() == 0


def test_a_draft_needs_no_photo_and_is_seen_by_nobody(app: Flask, seller: Browser) -> None:
    fields = filled(seller, aksi="draf")
    del fields["foto"]
    assert seller.post(NEW, fields).status_code == 303
    with app.app_context():
        assert made().status == DRAFT
    assert Browser(app).get("/produk/keripik-talas").status_code == 404
    seller.post("/penjual/produk/keripik-talas/tampil")
    assert "satu foto" in words(seller.get("/penjual/produk/keripik-talas"))


ODD_WHOLE = ["0", "-1", "1.5", "1e3", "٣", str(2**63)]


@pytest.mark.parametrize("odd", ODD_WHOLE)
@pytest.mark.parametrize(
    "field", ["minimal", "kelipatan", "tahan_hari", "panjang", "harga_coret", "varian-0-harga"]
)
def test_an_odd_number_is_told_beside_its_field(app: Flask, seller: Browser, field: str, odd: str) -> None:
    page = publish(seller, **(SIZES | {field: odd}))
    assert page.status_code == 422
    assert f'id="{field}-salah"' in page.text and f'value="{odd}"' in page.text
    assert 'value="34.000"' in page.text or field == "varian-0-harga"
    with app.app_context():
        assert db.session.query(Product).filter_by(name="Keripik Talas").count() == 0


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"kirim_mulai": "2027-03-20", "pesan_sampai": "2027-03-21"}, "Batas pesan harus sebelum"),
        ({**HARVEST, "panen_sampai": "2027-02-01"}, "Panen berakhir sebelum mulai"),
        ({"pesan_sampai": "2027-03-20"}, "mulai kapan barang dikirim"),
        ({"kirim_mulai": "2020-01-01"}, "dari hari ini"),
        ({"kirim_mulai": "9999-01-01"}, "dari hari ini"),
        ({"kirim_mulai": "31/2/2027"}, "Tulis tanggal"),
        ({"kirim_mulai": "٣/3/2027"}, "Tulis tanggal"),
        ({"harga_coret": "18.000"}, "harus lebih mahal"),
        ({"tingkat-0-mulai": "10", "tingkat-0-harga": "18.000"}, "harus lebih murah"),
        ({"tingkat-0-mulai": "1", "tingkat-0-harga": "17.000"}, "mulai dari 2"),
        ({"tingkat-0-mulai": "10"}, "Tulis jumlah dan harganya"),
        (
            {
                "tingkat-0-mulai": "10",
                "tingkat-0-harga": "17.000",
                "tingkat-1-mulai": "10",
                "tingkat-1-harga": "16.000",
            },
            "dua harga grosir mulai 10",
        ),
        ({**SIZES, "nama_pilihan": ""}, "Beri nama pilihan pertama"),
        ({**SIZES, "nama_pilihan": "500 G "}, "bernama sama"),
        ({**SIZES, "varian-0-nama": ""}, "Beri nama pilihan ini"),
        ({**SIZES, "varian-0-harga": ""}, "Tulis harganya"),
        ({"asal": "18.99.99.9999"}, "Pilih desa asalnya"),
        ({"asal": "' OR 1=1"}, "Pilih desa asalnya"),
        ({"mutu": "x" * 21}, "Paling banyak 20 huruf"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(
    app: Flask, seller: Browser, said: dict[str, str], reason: str
) -> None:
    page = publish(seller, **said)
    assert page.status_code == 422
    assert reason in words(page) and 'value="Keripik Talas"' in page.text
    assert "<details" in page.text and 'class="drawer" open' in page.text
    with app.app_context():
        assert db.session.query(Product).filter_by(name="Keripik Talas").count() == 0


def test_three_hundred_variants_are_refused_in_words(app: Flask, seller: Browser) -> None:
    many = {f"varian-{n}-nama": f"ukuran {n}" for n in range(300)}
    many |= {f"varian-{n}-harga": "10.000" for n in range(300)}
    page = publish(seller, nama_pilihan="satu", **many)
    assert page.status_code == 422 and "Paling banyak 20 pilihan" in words(page)
    assert 'value="ukuran 299"' in page.text


@pytest.mark.parametrize("foreign", ["his", "0", "-1", "abc", "٣", str(2**63), "9" * 5000])
def test_a_variant_of_somebody_else_cannot_be_changed(app: Flask, seller: Browser, foreign: str) -> None:
    with app.app_context():
        his = factories.product(cast.COFFEE).variants[0].id
    row = {"varian-0-id": str(his) if foreign == "his" else foreign}
    answer = seller.post(CHIPS, chips_form(seller, **SIZES, **row))
    assert answer.status_code == 422
    assert "bukan milik produk ini" in words(answer)
    with app.app_context():
        assert db.session.get_one(Variant, his).price == 65_000
        assert len(factories.product(cast.CHIPS).variants) == 1


def test_a_variant_changes_and_is_withdrawn(app: Flask, seller: Browser) -> None:
    assert seller.post(CHIPS, chips_form(seller, **SIZES)).status_code == 303
    changed = chips_form(seller, **{"varian-0-harga": "33.000", "varian-0-stok": "9"})
    assert seller.post(CHIPS, changed).status_code == 303
    with app.app_context():
        second = made(cast.CHIPS).variants[1]
        assert (second.price, second.on_hand, second.tiers) == (33_000, 9, [[10, 32_000]])
    assert seller.post(CHIPS, chips_form(seller, **{"varian-0-hapus": "y"})).status_code == 303
    with app.app_context():
        assert [variant.position for variant in made(cast.CHIPS).variants] == [0]
    assert "500 g" not in words(Browser(app).get(f"/produk/{cast.CHIPS}"))


def test_a_count_of_a_variant_that_was_bought_meanwhile_is_asked_again(app: Flask, seller: Browser) -> None:
    seller.post(CHIPS, chips_form(seller, **SIZES))
    late = chips_form(seller, **{"varian-0-stok": "20"})
    with app.app_context(), transaction():
        bought = made(cast.CHIPS).variants[1].id
        stocking.take({bought: 2}, reference="DM-1-1", at=AT)
    again = seller.post(CHIPS, late)
    assert again.status_code == 409 and 'name="varian-0-semula" type="hidden" value="5"' in again.text


def test_a_price_may_not_fall_below_that_of_ten(app: Flask, seller: Browser) -> None:
    seller.post(CHIPS, chips_form(seller, **{"tingkat-0-mulai": "10", "tingkat-0-harga": "17.000"}))
    fields = chips_form(seller, harga="16.000")
    refused = seller.post(CHIPS, fields)
    assert refused.status_code == 422 and "harus lebih murah" in words(refused)
