"""No input ends in a server error: control characters, very long text, words of other languages."""

from urllib.parse import quote

import pytest

from tests import cast
from tests.shopper import ADDRESS, Shopper

ODD = [
    "\x00",
    "a\x00b",
    "\ud7ff\uffff",
    "x" * 20_000,
    "%",
    "'; DROP TABLE product; --",
    "{{ 7 * 7 }}",
    "\r\nSet-Cookie: a=b",
]
DELIVERY = f"pengiriman-{cast.HER_SHOP}"
ADDRESSES = [
    "/produk/{}",
    "/toko/{}",
    "/desa/{}",
    "/wilayah/{}",
    "/pesanan/{}",
    "/media/{}/640.webp",
    "/keranjang/{}",
]


def test_odd_addresses_are_not_found(shopper: Shopper) -> None:
    for path in ADDRESSES:
        for odd in ODD:
            status = shopper.get(path.format(quote(odd, safe=""))).status_code
            assert status in (404, 422), (path, odd[:20], status)


@pytest.mark.parametrize(
    "field", ["q", "kategori", "wilayah", "harga_min", "harga_max", "urut", "tersedia", "halaman"]
)
def test_odd_filters_still_show_a_page(shopper: Shopper, field: str) -> None:
    for odd in ODD:
        answer = shopper.client.get("/produk", query_string={field: odd})
        assert answer.status_code in (200, 422), odd[:20]
        assert "“49”" not in answer.text and 'value="49"' not in answer.text


@pytest.mark.parametrize("field", ["produk", "varian", "jumlah"])
def test_an_odd_basket_form_is_refused(shopper: Shopper, field: str) -> None:
    for odd in ODD:
        fields = {"produk": cast.CHIPS, "jumlah": "1", field: odd}
        assert shopper.post("/keranjang", **fields).status_code in (404, 422), odd[:20]


@pytest.mark.parametrize("field", [*ADDRESS, "wilayah", "pembayaran", DELIVERY, "total", "kunci"])
def test_an_odd_checkout_never_breaks(shopper: Shopper, field: str) -> None:
    for odd in ODD:
        assert shopper.order(cast.CHIPS, **{field: odd}).status_code in (303, 422), odd[:20]


@pytest.mark.parametrize("field", ["nama", "telepon", "email", "sandi", "next"])
def test_odd_sign_in_and_registration_forms_never_break(shopper: Shopper, field: str) -> None:
    fields = {
        "nama": "Siti",
        "telepon": "081370001234",
        "email": "s@contoh.test",
        "sandi": "kopi hitam tanpa gula",
    }
    for odd in ODD:
        for path in ("/daftar", "/masuk"):
            assert shopper.post(path, **{**fields, field: odd}).status_code in (303, 422), odd[:20]
            shopper.post("/keluar")


def test_odd_tracking_questions_find_nothing(shopper: Shopper) -> None:
    for odd in ODD:
        for question in ({"nomor": odd, "telepon": "7890"}, {"nomor": "DM-1", "telepon": odd}):
            assert shopper.client.get("/lacak", query_string=question).status_code in (404, 422)
        answer = shopper.client.get("/pesanan/DM-1", query_string={"token": odd})
        assert answer.status_code in (404, 422)
