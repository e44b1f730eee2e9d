"""Photos sent by themselves: the same key once, odd ones refused, strangers kept out; order and words."""

import io
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.catalog.models import Photo
from marketplace.extensions import db
from marketplace.kit.idempotency import AnsweredRequest
from marketplace.kit.transaction import transaction
from marketplace.sellers.models import SUSPENDED
from tests import cast, factories
from tests.browsing import Browser, words
from tests.catalog.test_seller_pages import NEW, answers, photo, saved

UPLOAD = "/penjual/produk/foto"
KEY = "0123456789abcdef"


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def send(who: Browser, **changes: Any) -> TestResponse:
    return who.post(UPLOAD, {"kunci": KEY, "foto": photo(), **changes})


def test_the_same_key_is_the_same_photo(app: Flask, seller: Browser) -> None:
    first, again = send(seller), send(seller)
    assert first.status_code == again.status_code == 200
    assert first.json == again.json
    assert seller.get(first.json["gambar"]).status_code == 200  # type: ignore[index]
    with app.app_context():
        assert db.session.query(AnsweredRequest).filter_by(key=KEY).count() == 1


def test_a_key_is_not_used_for_another_photo(seller: Browser) -> None:
    send(seller)
    other = send(seller, foto=photo("teal"))
    assert other.status_code == 422 and "isi lain" in other.json["alasan"]  # type: ignore[index]


@pytest.mark.parametrize(
    "changes",
    [
        {"foto": (io.BytesIO(b"<svg onload=alert(1)>"), "a.svg")},
        {"foto": (io.BytesIO(b""), "kosong.jpg")},
        {"foto": (io.BytesIO(b"GIF89a" + b"\0" * 40), "a.gif")},
        {"kunci": ""},
        {"kunci": "x" * 65},
        {"kunci": "12345678\n"},
    ],
)
def test_what_is_no_photo_is_refused_in_words(app: Flask, seller: Browser, changes: dict[str, Any]) -> None:
    answer = send(seller, **changes)
    assert answer.status_code == 422 and answer.json["alasan"]  # type: ignore[index]
    with app.app_context():
        assert db.session.query(AnsweredRequest).count() == 0


def test_photos_sent_before_join_the_product_in_their_order(app: Flask, seller: Browser) -> None:
    sent = [send(seller, kunci=f"{n}" * 8, foto=photo(c)).json for n, c in enumerate(("red", "teal", "navy"))]
    boxes = [one["kata"] for one in sent]  # type: ignore[index]
    fields = answers(seller.get(NEW), nama="Keripik Talas", harga="18.000") | {"foto_tersimpan": boxes}
    moved = seller.post(NEW, fields | {"aksi": "naik:1"}).text
    assert moved.index(boxes[1]) < moved.index(boxes[0]) < moved.index(boxes[2])
    fields["foto_tersimpan"] = [boxes[1], boxes[0], boxes[2]]
    assert seller.post(NEW, fields).location == seller.post(NEW, fields).location
    with app.app_context():
        product = saved(app, "Keripik Talas")
        assert product and db.session.query(Photo).filter_by(product_id=product.id).count() == 3
        shown = [f"/media/{p.key}/" for p in db.session.query(Photo).order_by(Photo.position)]
    keys = [one["gambar"].rpartition("/")[0] + "/" for one in sent]  # type: ignore[index]
    assert shown == [keys[1], keys[0], keys[2]]


def test_photos_of_a_product_change_places_and_say_what_they_show(app: Flask, seller: Browser) -> None:
    sent = [send(seller, kunci=f"{n}" * 8, foto=photo(c)).json for n, c in enumerate(("red", "teal"))]
    boxes = [one["kata"] for one in sent]  # type: ignore[index]
    fields = answers(seller.get(NEW), nama="Keripik Talas", harga="18.000") | {"foto_tersimpan": boxes}
    page = seller.post(NEW, fields).location
    first, second = (one["gambar"].split("/")[2] for one in sent)  # type: ignore[index]
    seller.post(f"{page}/urut-foto", {"foto": second, "arah": "naik"})
    seller.post(f"{page}/urut-foto", {"foto": second, "arah": "naik"})
    seller.post(f"{page}/keterangan-foto", {"foto": second, "alt": 'Keripik <di> "piring"'})
    text = seller.get("/produk/keripik-talas").text
    assert text.index(second) < text.index(first)
    assert "Keripik &lt;di&gt; &#34;piring&#34;" in text
    assert seller.post(f"{page}/urut-foto", {"foto": "0" * 32}).status_code == 404
    seller.post(f"{page}/keterangan-foto", {"foto": first, "alt": "x" * 161})
    assert "paling banyak 160" in words(seller.get(page))
    for who in (Browser(app, cast.OTHER_SELLER), Browser(app, cast.BUYER)):
        for act in ("urut-foto", "keterangan-foto", "hapus-foto"):
            assert who.post(f"{page}/{act}", {"foto": first}).status_code == 404


def test_strangers_and_stopped_shops_send_no_photos(app: Flask, seller: Browser) -> None:
    assert send(Browser(app, cast.BUYER)).status_code == 404
    assert send(Browser(app)).status_code == 303
    with app.app_context(), transaction():
        factories.shop(cast.HER_SHOP).status = SUSPENDED
    assert send(seller).status_code == 409


def test_a_word_of_somebody_else_brings_no_photo(app: Flask, seller: Browser) -> None:
    word = send(Browser(app, cast.OTHER_SELLER)).json["kata"]  # type: ignore[index]
    fields = answers(seller.get(NEW), nama="Keripik Talas", harga="18.000") | {"foto_tersimpan": word}
    assert seller.post(NEW, fields).status_code == 422


def test_an_edit_sent_again_shows_its_photo_once(app: Flask, seller: Browser) -> None:
    address = f"/penjual/produk/{cast.CHIPS}"
    form = answers(seller.get(address))
    assert form["kunci"]
    for _press in range(2):
        assert seller.post(address, form | {"foto": photo()}).location == address
    with app.app_context():
        assert len(factories.product(cast.CHIPS).photos) == 1
