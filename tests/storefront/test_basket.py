"""The basket: what goes in, what is refused, whose it is."""

import re

import pytest
from flask import Flask
from sqlalchemy import update

from marketplace.catalog.models import Variant
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.shopper import Shopper, path_of

ODD_NUMBERS = ["0", "-1", "1.5", "1e3", "٣", str(2**63), "", "abc", " ", "1" * 5000]


def line_of(shopper: Shopper) -> str:
    found = re.search(r'action="(/keranjang/\d+)"', shopper.get("/keranjang").text)
    assert found
    return found[1]


def test_goods_of_two_sellers_stand_by_seller_with_their_total(shopper: Shopper) -> None:
    assert path_of(shopper.take(cast.CHIPS, "2")) == "/keranjang"
    shopper.take(cast.COFFEE)
    page = shopper.get("/keranjang").text
    assert "Keripik Bu Sari" in page and "Kopi Podomoro" in page
    assert "Rp101.000" in page and "Lanjut ke pengiriman" in page


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_an_odd_number_is_refused_beside_the_field(shopper: Shopper, number: str) -> None:
    answer = shopper.take(cast.CHIPS, number)
    assert answer.status_code == 422
    assert "field-error" in answer.text and "Keripik Pisang Cokelat" in answer.text
    if number.strip():
        assert f'value="{number.strip()}"' in answer.text or f'value="{number}"' in answer.text
    assert "masih kosong" in shopper.get("/keranjang").text


@pytest.mark.parametrize("number", [number for number in ODD_NUMBERS if number != "0"])
def test_an_odd_change_is_refused_beside_the_line(shopper: Shopper, number: str) -> None:
    shopper.take(cast.CHIPS, "2")
    answer = shopper.post(line_of(shopper), jumlah=number)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert "Rp36.000" in shopper.get("/keranjang").text


def test_more_than_there_is_is_refused_with_what_is_there(shopper: Shopper) -> None:
    answer = shopper.take(cast.LOCAL_SNACK, "8")
    assert answer.status_code == 422 and "Stok tinggal 7" in answer.text
    shopper.take(cast.LOCAL_SNACK, "5")
    again = shopper.take(cast.LOCAL_SNACK, "3")
    assert again.status_code == 422 and "5 sudah ada di keranjang" in again.text
    change = shopper.post(line_of(shopper), jumlah="8")
    assert change.status_code == 422 and "Stok tinggal 7" in change.text


def test_a_line_changes_and_goes(shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    assert path_of(shopper.post(line_of(shopper), jumlah="3")) == "/keranjang"
    assert "Rp54.000" in shopper.get("/keranjang").text
    shopper.post(line_of(shopper), jumlah="0")
    assert "masih kosong" in shopper.get("/keranjang").text


def test_a_stranger_cannot_touch_a_line(shopper: Shopper, stranger: Shopper) -> None:
    shopper.take(cast.CHIPS)
    line = line_of(shopper)
    stranger.take(cast.COFFEE)
    assert stranger.post(line, jumlah="0").status_code == 404
    assert stranger.post(line, jumlah="abc").status_code == 404
    assert stranger.post("/keranjang/999999", jumlah="1").status_code == 404
    assert stranger.post("/keranjang/99999999999999999999999", jumlah="1").status_code == 404
    assert "Keripik Pisang Cokelat" in shopper.get("/keranjang").text


def test_unknown_goods_are_404_and_unknown_variants_refused(shopper: Shopper) -> None:
    assert shopper.take("tidak-ada").status_code == 404
    answer = shopper.post("/keranjang", produk=cast.CHIPS, varian="999", jumlah="1")
    assert answer.status_code == 422 and "Pilih salah satu" in answer.text


def test_a_changed_price_is_told(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    with app.app_context(), transaction() as session:
        product_id = factories.product(cast.CHIPS).id
        session.execute(update(Variant).where(Variant.product_id == product_id).values(price=19_000))
    page = shopper.get("/keranjang").text
    assert "Harga berubah" in page and "Rp19.000" in page


def test_a_sold_out_line_stops_the_way_on_and_says_why(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.RARE_COFFEE)
    with app.app_context():
        factories.order({cast.RARE_COFFEE: 1})
    page = shopper.get("/keranjang").text
    assert "Stok habis" in page and "Lanjut ke pengiriman" not in page
    assert path_of(shopper.get("/checkout")) == "/keranjang"


def test_the_basket_follows_who_signs_in(shopper: Shopper, stranger: Shopper) -> None:
    shopper.take(cast.CHIPS)
    shopper.sign_in(cast.BUYER)
    shopper.take(cast.COFFEE)
    stranger.take(cast.CRACKERS)
    stranger.sign_in(cast.BUYER)
    page = stranger.get("/keranjang").text
    assert all(name in page for name in ("Keripik Pisang", "Kopi Robusta", "Kerupuk Ikan"))


def test_without_its_token_a_form_changes_nothing(shopper: Shopper) -> None:
    answer = shopper.client.post("/keranjang", data={"produk": cast.CHIPS, "jumlah": "1"})
    assert answer.status_code == 422
    assert "masih kosong" in shopper.get("/keranjang").text


def test_of_two_kinds_the_chosen_one_goes_in_at_its_price(app: Flask, shopper: Shopper) -> None:
    with app.app_context(), transaction():
        chips = factories.product(cast.CHIPS)
        chips.variants[0].name = "250 g"
        chips.variants.append(Variant(position=1, name="500 g", price=33_000, on_demand=True))
    page = shopper.get(f"/produk/{cast.CHIPS}").text
    assert "250 g" in page and "500 g" in page and "Rp33.000" in page and "Dibuat setelah dipesan" in page
    with app.app_context():
        second = str(factories.product(cast.CHIPS).variants[1].id)
    assert shopper.post("/keranjang", produk=cast.CHIPS, jumlah="1").status_code == 422
    assert path_of(shopper.post("/keranjang", produk=cast.CHIPS, varian=second, jumlah="60")) == "/keranjang"
    basket = shopper.get("/keranjang").text
    assert "500 g" in basket and "Rp1.980.000" in basket
