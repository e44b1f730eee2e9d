"""The pages of reviews: buyer, guest, everybody, shop, counter; strangers, and text that hides a script."""

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order
from marketplace.reviews import deciding, writing
from marketplace.reviews.models import HIDDEN, Review
from marketplace.reviews.writing import Words
from marketplace.sellers.models import ShopMember
from tests import cast, factories, statements
from tests.browsing import Browser, value_of, words
from tests.reviews.stage import bought, kept, reviewed

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
READ = f"/produk/{cast.CHIPS}/ulasan"


def _bought(app: Flask, email: str | None = cast.BUYER, reached: str = "completed") -> tuple[str, int, str]:
    with app.app_context():
        order, line_id, token = bought(email, reached=reached, at=now())
        return order.number, line_id, token


def _reviews(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        return [(one.stars, one.body) for one in db.session.scalars(select(Review)).unique()]


def _review(app: Flask, stars: int = 5, body: str = "Renyah") -> int:
    with app.app_context():
        return reviewed(stars, body, at=now()).id


def photo() -> io.BytesIO:
    drawn = io.BytesIO()
    Image.new("RGB", (900, 700), "green").save(drawn, "JPEG")
    drawn.seek(0)
    return drawn


def test_a_buyer_reviews_from_the_page_of_the_order(app: Flask) -> None:
    number, line, _token = _bought(app)
    buyer = Browser(app, cast.BUYER)
    page = buyer.get(f"/pesanan/{number}")
    assert value_of(page, "baris") == str(line) and "Nama Anda tampil sebagai Budi." in words(page)
    form = {"baris": line, "bintang": "4", "teks": "Renyah,\r\nmanisnya pas", "foto": (photo(), "k.jpg")}
    answer = buyer.post("/ulasan", form)
    assert (answer.status_code, answer.location) == (303, f"/pesanan/{number}#ulasan-{line}")
    assert _reviews(app) == [(4, "Renyah,\nmanisnya pas")]
    for address in (READ, f"/produk/{cast.CHIPS}", f"/pesanan/{number}"):
        text = words(buyer.get(address))
        assert (
            "4 dari 5 bintang" in text
            and "manisnya pas" in text
            and "Foto pembeli 1" in buyer.get(address).text
        )
    assert "4,0" in words(buyer.get("/produk")) and "4,0" in words(buyer.get(f"/toko/{cast.HER_SHOP}"))


def test_a_guest_reviews_with_the_token_and_nobody_without(app: Flask) -> None:
    number, line, token = _bought(app, None)
    form = {"baris": line, "bintang": "5", "teks": "Enak"}
    for stranger in (Browser(app), Browser(app, cast.OTHER_BUYER), Browser(app, cast.SELLER)):
        assert stranger.post("/ulasan", form).status_code == 404
        assert stranger.post("/ulasan", {**form, "token": "x" * 43}).status_code == 404
    assert _reviews(app) == []
    answer = Browser(app).post("/ulasan", {**form, "token": token})
    assert answer.status_code == 303 and answer.location.startswith(f"/pesanan/{number}?token=")
    assert _reviews(app) == [(5, "Enak")]


@pytest.mark.parametrize("line", ["", "0", "-1", "1.5", "1e3", "٣", "9" * 30, "999999"])
def test_an_odd_line_is_not_there(app: Flask, line: str) -> None:
    assert Browser(app, cast.BUYER).post("/ulasan", {"baris": line, "bintang": "5"}).status_code == 404


def test_a_refused_review_keeps_what_was_typed_and_the_photo(app: Flask) -> None:
    _number, line, _token = _bought(app)
    buyer = Browser(app, cast.BUYER)
    refused = buyer.post(
        "/ulasan", {"baris": line, "teks": "Belum saya beri <b>bintang", "foto": (photo(), "k.jpg")}
    )
    assert refused.status_code == 422
    assert "Pilih satu sampai lima bintang." in words(refused)
    assert "Belum saya beri &lt;b&gt;bintang" in refused.text
    word = value_of(refused, "foto_tersimpan")
    assert word
    again = {"baris": line, "bintang": "5", "teks": "Kini ada", "foto_tersimpan": word}
    assert buyer.post("/ulasan", again).status_code == 303
    with app.app_context():
        (review,) = db.session.scalars(select(Review)).unique()
        assert len(review.photos) == 1
    svg = {
        "baris": line,
        "bintang": "5",
        "teks": "x",
        "foto": (io.BytesIO(b"<svg onload=alert(1)/>"), "a.svg"),
    }
    refused = buyer.post("/ulasan", svg)
    assert refused.status_code == 422 and "SVG" in words(refused)


def test_what_is_not_completed_answers_409(app: Flask) -> None:
    number, line, _token = _bought(app, reached="shipped")
    buyer = Browser(app, cast.BUYER)
    assert value_of(buyer.get(f"/pesanan/{number}"), "baris") is None
    answer = buyer.post("/ulasan", {"baris": line, "bintang": "5"})
    assert answer.status_code == 409 and "setelah pesanan selesai" in words(answer)


def test_a_script_in_a_review_is_only_text_on_every_page_that_shows_it(app: Flask) -> None:
    number, line, _token = _bought(app)
    buyer, seller, operator = (Browser(app, who) for who in (cast.BUYER, cast.SELLER, cast.OPERATOR))
    with app.app_context():
        order = db.session.scalars(select(Order).where(Order.number == number)).one()
        with transaction():
            order.name = f"<i>{EVIL.replace(' ', '')} <u>"
        with transaction():
            review = writing.write(order, line, Words(3, EVIL), at=now())
            deciding.answer(review, EVIL, actor="seller:1", at=now())
            review_id = review.id
    pages = [
        buyer.get(f"/pesanan/{number}"),
        buyer.get(READ),
        buyer.get(f"/produk/{cast.CHIPS}"),
        seller.get("/penjual/ulasan"),
        operator.get("/gerai/ulasan"),
    ]
    with app.app_context(), transaction():
        hidden = db.session.get_one(Review, review_id)
        deciding.decide(hidden, HIDDEN, EVIL, by=factories.person(cast.OPERATOR).id, at=now())
    pages += [buyer.get(f"/pesanan/{number}"), seller.get("/penjual/ulasan"), operator.get("/gerai/ulasan")]
    for page in pages:
        assert page.status_code == 200
        assert "&lt;script&gt;alert(1)" in page.text
        for raw in ("<script>alert", "<img src=x", "<i>", "<u>"):
            assert raw not in page.text, page.request.path
    assert "alert(1)" not in buyer.get(READ).text


def test_the_shop_answers_its_own_reviews_once(app: Flask) -> None:
    review = _review(app)
    seller, other = Browser(app, cast.SELLER), Browser(app, cast.OTHER_SELLER)
    address = f"/penjual/ulasan/{review}"
    assert other.post(address, {"jawaban": "Bukan toko saya"}).status_code == 404
    assert "Renyah" not in words(other.get("/penjual/ulasan"))
    refused = seller.post(address, {"jawaban": " "})
    assert refused.status_code == 422 and "Tulis jawaban Anda" in words(refused)
    assert seller.post(address, {"jawaban": "Terima kasih, Pak Budi"}).status_code == 303
    assert "Jawaban Keripik Bu Sari Terima kasih, Pak Budi" in words(seller.get(READ))
    assert seller.post(address, {"jawaban": "Satu lagi"}).status_code == 409


def test_the_villages_operator_hides_with_a_reason_that_both_sides_read(app: Flask) -> None:
    review = _review(app, 1, "Penjualnya bodoh")
    address, form = f"/gerai/ulasan/{review}", {"putusan": "hidden", "alasan": "Menghina orang"}
    for stranger in (cast.SELLER, cast.BUYER, cast.VILLAGE_OFFICER_OF_ELSEWHERE, cast.FINANCE):
        assert Browser(app, stranger).post(address, form).status_code == 404
    operator = Browser(app, cast.OPERATOR)
    refused = operator.post(address, {**form, "alasan": ""})
    assert refused.status_code == 422 and "Tulis alasannya" in words(refused)
    assert operator.post(address, form).status_code == 303
    assert operator.post(address, form).status_code == 409
    assert "Penjualnya bodoh" not in words(Browser(app).get(READ))
    with app.app_context():
        number = db.session.scalars(select(Order)).one().number
        assert kept() == (0, 0, 0, 0)
    for reader, page in ((cast.BUYER, f"/pesanan/{number}"), (cast.SELLER, "/penjual/ulasan")):
        assert "Petugas desa menyembunyikan ulasan ini: Menghina orang" in words(
            Browser(app, reader).get(page)
        )
    assert operator.post(address, {"putusan": "shown", "alasan": "Sudah diperbaiki"}).status_code == 303
    assert "Penjualnya bodoh" in words(Browser(app).get(READ))


def test_nobody_decides_about_the_own_shop(app: Flask) -> None:
    review = _review(app)
    with app.app_context(), transaction() as session:
        operator, shop = factories.person(cast.OPERATOR), factories.shop(cast.HER_SHOP)
        session.add(ShopMember(shop_id=shop.id, user_id=operator.id, role="staff", since=now()))
    form = {"putusan": "hidden", "alasan": "Tidak suka"}
    assert Browser(app, cast.OPERATOR).post(f"/gerai/ulasan/{review}", form).status_code == 404


def test_stars_in_lists_cost_no_further_question(app: Flask) -> None:
    guest = Browser(app)

    def asked(address: str) -> int:
        with app.app_context():
            return statements.count(lambda: guest.get(address))

    asked("/produk")
    before = asked("/produk")
    for stars in (5, 4):
        _review(app, stars)
    assert "4,5" in words(guest.get("/produk"))
    assert asked("/produk") == before


def test_many_reviews_are_read_page_by_page(app: Flask) -> None:
    for number in range(11):
        _review(app, 5, f"Ulasan ke-{number}.")
    guest = Browser(app)
    first, second = words(guest.get(READ)), words(guest.get(f"{READ}?halaman=2"))
    assert "Ulasan ke-10." in first and "Ulasan ke-0." not in first
    assert "Ulasan ke-0." in second and "Ulasan ke-10." not in second
    assert "Ulasan ke-7." not in words(guest.get(f"/produk/{cast.CHIPS}"))


def test_somebody_who_writes_too_often_has_to_wait(app: Flask) -> None:
    _number, line, _token = _bought(app)
    buyer = Browser(app, cast.BUYER)
    answers = [buyer.post("/ulasan", {"baris": line, "bintang": "9"}).status_code for _time in range(21)]
    assert answers[-1] == 429 and set(answers[:20]) == {422}
