"""The seller's pages of goods: publishing in one screen, refused forms, strangers, stock."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from marketplace.catalog import publishing, uploads
from marketplace.catalog.models import ACTIVE, DRAFT, PAUSED, Photo, Product
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.sellers import opening
from marketplace.sellers.models import APPLIED
from tests import cast, factories
from tests.browsing import Browser, value_of, words
from tests.factories import AT

NEW = "/penjual/produk/baru"
CHIPS = f"/penjual/produk/{cast.CHIPS}"


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def photo(colour: str = "orange") -> tuple[io.BytesIO, str]:
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(stream, "JPEG")
    stream.seek(0)
    return stream, "foto dari ponsel.jpg"


def saved(app: Flask, name: str) -> Product | None:
    with app.app_context():
        return db.session.query(Product).filter_by(name=name).one_or_none()


def answers(page: TestResponse, **changes: Any) -> dict[str, Any]:
    """What a browser would send of the form on a page: every field as it stands, with some changed."""
    fields = {
        name: value_of(page, name) or ""
        for name in ("nama", "harga", "stok", "stok_semula", "berat", "kunci")
    }
    for name in ("satuan", "kategori"):
        select = re.search(rf'<select[^>]*name="{name}".*?</select>', page.text, re.DOTALL)
        chosen = re.search(r'<option selected value="([^"]*)"', select[0]) if select else None
        fields[name] = chosen[1] if chosen else ""
    boxes = re.findall(r'<input[^>]*name="pengiriman"[^>]*>', page.text)
    ticked = [re.search(r'value="(\w+)"', box) for box in boxes if re.search(r"\bchecked\b", box)]
    fields["pengiriman"] = ticked[0][1] if ticked and ticked[0] else ""
    word = value_of(page, "foto_tersimpan")
    if word:
        fields["foto_tersimpan"] = word
    return {**fields, **changes}


def test_photo_name_and_price_are_enough(app: Flask, seller: Browser) -> None:
    form = answers(seller.get(NEW), nama="Keripik Singkong", harga="Rp 15.000", foto=photo())
    answer = seller.post(NEW, form)
    assert (answer.status_code, answer.location) == (303, "/penjual/produk/keripik-singkong")
    with app.app_context():
        product = factories.product("keripik-singkong")
        assert (product.status, product.category_slug, product.unit, product.fulfilment) == (
            ACTIVE,
            "keripik-kerupuk",
            "bungkus",
            "nasional",
        )
        assert (product.variants[0].price, product.variants[0].on_hand) == (15_000, 1)
        key = product.photos[0].key
    page = seller.get(answer.location)
    assert "sudah tampil" in words(page)
    assert f"/media/{key}/160.webp" in page.text


def test_photos_are_public_unchangeable_and_nothing_but_pictures(app: Flask, seller: Browser) -> None:
    seller.post(NEW, answers(seller.get(NEW), nama="Keripik Foto", harga="1000", foto=photo()))
    with app.app_context():
        key = factories.product("keripik-foto").photos[0].key
    guest = Browser(app)
    for name, kind in (("640.webp", "image/webp"), ("640.jpg", "image/jpeg")):
        answer = guest.get(f"/media/{key}/{name}")
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    for path in (
        f"{key}/641.webp",
        f"{key}/640.svg",
        f"{'0' * 32}/640.webp",
        "..%2f..%2fsecret_key/640.webp",
    ):
        assert guest.get(f"/media/{path}").status_code == 404


def test_a_refused_form_keeps_what_was_typed_and_the_photo(app: Flask, seller: Browser) -> None:
    typed = {
        "nama": "Keripik Talas",
        "harga": "lima belas ribu",
        "stok": "12",
        "keterangan": "Renyah & gurih",
    }
    refused = seller.post(
        NEW, answers(seller.get(NEW), **typed, satuan="kg", pengiriman="lokal", foto=photo())
    )
    assert refused.status_code == 422
    assert "misalnya 15.000" in words(refused)
    again = answers(refused)
    assert {name: again[name] for name in ("nama", "harga", "stok")} == {
        name: typed[name] for name in ("nama", "harga", "stok")
    }
    assert (again["satuan"], again["pengiriman"]) == ("kg", "lokal")
    assert "Renyah &amp; gurih" in refused.text
    assert seller.post(NEW, {**again, "harga": "15000"}).status_code == 303
    with app.app_context():
        product = factories.product("keripik-talas")
        assert (len(product.photos), product.variants[0].on_hand, product.unit) == (1, 12, "kg")


def test_a_photo_kept_for_one_seller_is_not_anothers_to_claim(app: Flask, seller: Browser) -> None:
    refused = seller.post(NEW, answers(seller.get(NEW), nama="Keripik", harga="?", foto=photo()))
    word = answers(refused)["foto_tersimpan"]
    other = Browser(app, cast.OTHER_SELLER)
    form = answers(other.get(NEW), nama="Kerupuk", harga="1000", foto_tersimpan=word)
    assert other.post(NEW, form).status_code == 422
    forged = answers(seller.get(NEW), nama="Keripik", harga="1000", foto_tersimpan=word[:-3] + "abc")
    assert seller.post(NEW, forged).status_code == 422


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"foto": (io.BytesIO(b""), "")}, "Pilih satu foto"),
        ({"foto": (io.BytesIO(b"<svg xmlns='x'/>"), "a.jpg")}, "SVG"),
        ({"foto": (io.BytesIO(b"GIF89a..."), "a.jpg")}, "GIF"),
        ({"nama": ""}, "Tulis nama produknya"),
        ({"nama": "Ko"}, "3 sampai 120"),
        ({"harga": ""}, "Tulis harganya"),
        ({"harga": "0"}, "misalnya 15.000"),
        ({"harga": "-1"}, "misalnya 15.000"),
        ({"harga": "1.5"}, "misalnya 15.000"),
        ({"harga": "1e3"}, "misalnya 15.000"),
        ({"harga": "٣"}, "misalnya 15.000"),
        ({"harga": "9223372036854775808"}, "misalnya 15.000"),
        ({"stok": "0"}, "jumlah stok"),
        ({"stok": "banyak"}, "jumlah stok"),
        ({"stok": "1,5"}, "jumlah stok"),
        ({"stok": "1.5"}, "jumlah stok"),
        ({"berat": "ringan"}, "250 gram"),
        ({"kategori": "tidak-ada"}, "kategori yang paling dekat"),
        ({"nama": "Barang serbaguna", "kategori": ""}, "kategori yang paling dekat"),
        ({"satuan": "gerobak"}, "Pilih satuannya"),
        ({"pengiriman": "drone"}, "Pilih cara barang sampai"),
        ({"keterangan": "x" * 5001}, "5.000 huruf"),
    ],
)
def test_bad_input_is_refused_with_its_reason(
    app: Flask, seller: Browser, changes: dict[str, Any], reason: str
) -> None:
    fields = {"nama": "Keripik Uji", "harga": "1000", "stok": "3", "foto": photo(), **changes}
    answer = seller.post(NEW, answers(seller.get(NEW), **fields))
    assert answer.status_code == 422
    assert reason in words(answer)
    assert saved(app, fields["nama"]) is None


def test_more_than_eight_photos_at_once_are_not_even_drawn(
    app: Flask, seller: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "keep_photo", lambda *_args, **_named: pytest.fail("it was drawn"))
    form = answers(seller.get(NEW), nama="Keripik", harga="1000", foto=[photo() for _ in range(9)])
    refused = seller.post(NEW, form)
    assert refused.status_code == 422
    assert "Paling banyak 8 foto" in words(refused)


def test_a_double_click_publishes_once(app: Flask, seller: Browser) -> None:
    form = answers(seller.get(NEW), nama="Keripik Sekali", harga="1000")
    first = seller.post(NEW, {**form, "foto": photo()})
    second = seller.post(NEW, {**form, "foto": photo()})
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    with app.app_context():
        assert db.session.query(Product).filter_by(name="Keripik Sekali").count() == 1


@pytest.mark.parametrize("change", [{"stok": "9"}, {"harga": "2000"}, {"foto": "teal"}, {"aksi": "draf"}])
def test_a_used_key_with_anything_else_in_the_form_is_refused(
    app: Flask, seller: Browser, change: dict[str, str]
) -> None:
    form = answers(seller.get(NEW), nama="Keripik Sekali", harga="1000")
    assert seller.post(NEW, {**form, "foto": photo()}).status_code == 303
    other = {**form, **change, "foto": photo(change.get("foto", "orange"))}
    refused = seller.post(NEW, other)
    assert refused.status_code == 422 and "sudah pernah dikirim dengan isi lain" in words(refused)
    with app.app_context():
        assert db.session.query(Product).filter_by(name="Keripik Sekali").count() == 1
    again = answers(refused, aksi="draf")
    assert again["kunci"] != form["kunci"]
    assert seller.post(NEW, again).location == "/penjual/produk/keripik-sekali-2"


def test_a_shop_that_is_not_verified_saves_a_draft(app: Flask, seller: Browser) -> None:
    with app.app_context(), transaction():
        factories.shop(cast.HER_SHOP).status = APPLIED
    page = seller.get(NEW)
    assert "belum diverifikasi" in words(page)
    seller.post(NEW, answers(page, nama="Keripik Draf", harga="1000", foto=photo()))
    product = saved(app, "Keripik Draf")
    assert product is not None and product.status == DRAFT
    answer = seller.post("/penjual/produk/keripik-draf/tampil")
    assert answer.status_code == 303
    assert "belum diverifikasi" in words(seller.get(answer.location))
    product = saved(app, "Keripik Draf")
    assert product is not None and product.status == DRAFT


def test_goods_of_another_shop_are_not_there(app: Flask) -> None:
    stranger = Browser(app, cast.OTHER_SELLER)
    assert stranger.get(CHIPS).status_code == 404
    for path in (
        CHIPS,
        f"{CHIPS}/jeda",
        f"{CHIPS}/tampil",
        f"{CHIPS}/hapus-foto",
        f"/penjual/stok/{cast.CHIPS}",
    ):
        assert stranger.post(path, {"nama": "Milik saya", "jumlah": "0", "semula": "50"}).status_code == 404
    with app.app_context():
        product = factories.product(cast.CHIPS)
        assert (product.name, product.status, product.variants[0].on_hand) == (
            "Keripik Pisang Cokelat",
            ACTIVE,
            50,
        )


def test_guests_are_asked_to_sign_in(app: Flask) -> None:
    answer = Browser(app).get("/penjual/produk")
    assert (answer.status_code, answer.location) == (303, "/masuk?next=%2Fpenjual%2Fproduk")


def test_people_without_a_shop_read_how_one_is_opened(app: Flask) -> None:
    buyer = Browser(app, cast.BUYER)
    for path in ("/penjual", "/penjual/produk", NEW, "/penjual/stok", "/penjual/pesanan", "/penjual/saldo"):
        answer = buyer.get(path)
        assert answer.status_code == 404
        assert "operator desa" in words(answer).lower()
    assert buyer.get(CHIPS).status_code == 404
    assert buyer.post(NEW, {"nama": "Keripik", "harga": "1000"}).status_code == 404


def test_the_list_shows_price_stock_and_state(app: Flask, seller: Browser) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 3})
        with transaction():
            factories.product(cast.CRACKERS).status = PAUSED
    text = words(seller.get("/penjual/produk"))
    assert "Keripik Pisang Cokelat Rp18.000 / bungkus Tampil stok 47" in text
    assert "Kerupuk Ikan Rp12.500 / bungkus Disembunyikan" in text
    assert "Kopi Robusta" not in text


def test_an_empty_shop_is_led_to_its_first_product(app: Flask, seller: Browser) -> None:
    with app.app_context(), transaction():
        owner = factories.person(cast.BUYER)
        opening.open_shop(
            owner, name="Warung Baru", kind="umkm", village_code=cast.HURUN, phone="+6281200000000", at=AT
        )
    page = Browser(app, cast.BUYER).get("/penjual/produk")
    assert "Belum ada produk" in words(page)
    assert f'href="{NEW}"' in page.text


def test_editing_keeps_what_is_not_changed(app: Flask, seller: Browser) -> None:
    form = answers(seller.get(CHIPS), harga="19.500", foto=photo())
    assert seller.post(CHIPS, form).status_code == 303
    with app.app_context():
        product = factories.product(cast.CHIPS)
        assert (product.name, product.variants[0].price, product.variants[0].on_hand) == (
            "Keripik Pisang Cokelat",
            19_500,
            50,
        )
        assert (product.shipping_weight_g, product.fulfilment, len(product.photos)) == (330, "nasional", 1)


def test_an_edit_does_not_undo_a_purchase_made_meanwhile(app: Flask, seller: Browser) -> None:
    form = answers(seller.get(CHIPS), harga="20000")
    with app.app_context():
        factories.order({cast.CHIPS: 4})
    seller.post(CHIPS, {**form, "foto": photo()})
    with app.app_context():
        assert factories.product(cast.CHIPS).variants[0].on_hand == 46
    form = answers(seller.get(CHIPS), stok="60")
    with app.app_context():
        factories.order({cast.CHIPS: 1})
    refused = seller.post(CHIPS, form)
    assert refused.status_code == 409
    assert "berubah menjadi 45" in words(refused)
    assert seller.post(CHIPS, answers(refused)).status_code == 303
    with app.app_context():
        assert factories.product(cast.CHIPS).variants[0].on_hand == 60


def test_hiding_and_showing(app: Flask, seller: Browser) -> None:
    seller.post(f"{CHIPS}/jeda")
    assert "Disembunyikan" in words(seller.get(CHIPS))
    seller.post(f"{CHIPS}/tampil")
    assert "Lihat di toko" in words(seller.get(CHIPS))


def test_the_last_photo_stays(app: Flask, seller: Browser) -> None:
    seller.post(CHIPS, answers(seller.get(CHIPS), foto=photo("red")))
    with app.app_context():
        key = factories.product(cast.CHIPS).photos[0].key
    answer = seller.post(f"{CHIPS}/hapus-foto", {"foto": key})
    assert "harus tetap ada" in words(seller.get(answer.location))
    with app.app_context():
        assert db.session.query(Photo).filter_by(key=key).count() == 1
    assert seller.post(f"{CHIPS}/hapus-foto", {"foto": "0" * 32}).status_code == 404


def test_counting_one_product(app: Flask, seller: Browser) -> None:
    path = f"/penjual/stok/{cast.CHIPS}"
    assert seller.post(path, {"jumlah": "1.200", "semula": "50"}).status_code == 303
    with app.app_context():
        assert factories.product(cast.CHIPS).variants[0].on_hand == 1200
    for typed in ("", "-1", "1,5", "٣", "banyak"):
        refused = seller.post(path, {"jumlah": typed, "semula": "1200"})
        assert refused.status_code == 422
        assert "dengan angka" in words(refused)
        assert typed in [value_of(refused, "jumlah"), *re.findall(r'value="([^"]*)"', refused.text)]
    stale = seller.post(path, {"jumlah": "5", "semula": "50"})
    assert stale.status_code == 409
    assert "berubah menjadi 1200" in words(stale)
    assert seller.post(path, {"jumlah": "5", "semula": "1200"}).status_code == 303


def test_a_seller_of_two_shops_changes_desks(app: Flask, seller: Browser) -> None:
    with app.app_context(), transaction():
        owner = factories.person(cast.SELLER)
        opening.open_shop(
            owner, name="Toko Kedua", kind="umkm", village_code=cast.HURUN, phone="+6281200000001", at=AT
        )
    assert "Keripik Pisang Cokelat" in words(seller.get("/penjual/produk"))
    assert "Belum ada produk" in words(seller.get("/penjual/produk?toko=toko-kedua"))
    assert "Belum ada produk" in words(seller.get("/penjual/produk"))
    assert seller.get(f"/penjual/produk?toko={cast.HIS_SHOP}").status_code == 404


def test_a_product_goes_to_the_shop_at_whose_desk_its_form_was_opened(app: Flask, seller: Browser) -> None:
    with app.app_context(), transaction():
        owner = factories.person(cast.SELLER)
        opening.open_shop(
            owner, name="Toko Kedua", kind="umkm", village_code=cast.HURUN, phone="+6281200000001", at=AT
        )
    page = seller.get(f"{NEW}?toko=toko-kedua")
    form = answers(page, nama="Keripik Singkong", harga="15000", foto=photo(), toko=value_of(page, "toko"))
    seller.get(f"/penjual/pesanan?toko={cast.HER_SHOP}")
    assert seller.post(NEW, form).status_code == 303
    with app.app_context():
        assert factories.product("keripik-singkong").shop.slug == "toko-kedua"
    assert seller.post(NEW, form | {"toko": cast.HIS_SHOP, "foto": photo()}).status_code == 404


def test_two_products_of_one_name_at_the_same_moment_both_come_on_sale(
    app: Flask, seller: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, taken = publishing._unique_slug, iter([cast.CHIPS])
    monkeypatch.setattr(publishing, "_unique_slug", lambda name: next(taken, None) or free(name))
    form = answers(seller.get(NEW), nama="Keripik Pisang", harga="1000", foto=photo())
    answer = seller.post(NEW, form)
    assert (answer.status_code, answer.location) == (303, "/penjual/produk/keripik-pisang-2")
    assert words(seller.get(answer.location)).count("sudah tampil") == 1
