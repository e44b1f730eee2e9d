"""Many orders at once: what to take from the shelf, labels on paper, all packed with one tap."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.orders.models import Nota, SellerOrder
from tests import cast, factories
from tests.browsing import Browser, words
from tests.orders.walks import walk

LIST, LABELS = "/penjual/pesanan/daftar-kemas", "/penjual/pesanan/label"


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def placed(app: Flask, goods: dict[str, int], reached: str = "accepted", pay: str = "cod") -> str:
    with app.app_context():
        child = factories.order(goods, at=now(), pay=pay).order.children[0]
        number = child.number
        walk(child, reached, at=now())
        db.session.remove()
    return number


def states(app: Flask, *numbers: str) -> list[str]:
    with app.app_context():
        rows = db.session.query(SellerOrder).filter(SellerOrder.number.in_(numbers)).all()
        by_number = {row.number: row.status for row in rows}
        return [by_number[number] for number in numbers]


def test_the_list_sums_what_to_take_from_the_shelf(app: Flask, seller: Browser) -> None:
    first = placed(app, {cast.CHIPS: 2, cast.CRACKERS: 1})
    second = placed(app, {cast.CHIPS: 3})
    packed = placed(app, {cast.CHIPS: 7}, "packed")
    unanswered = placed(app, {cast.CRACKERS: 9}, "awaiting_confirmation")
    text = words(seller.get(LIST))
    assert "5 bungkus Keripik Pisang Cokelat" in text
    assert "1 bungkus Kerupuk Ikan" in text
    assert "Perlu dikemas (2)" in text and "Sudah dikemas, belum diserahkan (1)" in text
    ticked = re.findall(r'value="(DM-[^"]+)" checked', seller.get(LIST).text)
    assert ticked == [first, second]
    assert packed in text and unanswered not in text


def test_many_are_packed_at_once_and_each_outcome_is_told(app: Flask, seller: Browser) -> None:
    fine, also, late = (placed(app, {cast.CHIPS: 1}) for _ in range(3))
    # Somebody else of the shop was faster with the last one.
    assert seller.post(f"/penjual/pesanan/{late}/kemas").status_code == 303
    answer = seller.post(LIST, {"tindakan": "kemas", "pilih": [fine, late, also]})
    assert (answer.status_code, answer.location) == (303, LIST)
    text = words(seller.get(LIST))
    assert f"Sudah dikemas: {fine}, {also}." in text
    assert f"Pesanan {late} sekarang “Dikemas”, jadi langkah ini tidak bisa lagi." in text
    assert states(app, fine, also, late) == ["packed"] * 3
    with app.app_context():
        assert db.session.query(Nota).count() == 3


def test_another_shops_order_among_them_stops_all(app: Flask, seller: Browser) -> None:
    hers, his = placed(app, {cast.CHIPS: 1}), placed(app, {cast.COFFEE: 1})
    answer = seller.post(LIST, {"tindakan": "kemas", "pilih": [hers, his]})
    assert answer.status_code == 404
    assert states(app, hers, his) == ["accepted", "accepted"]
    assert seller.get(f"{LABELS}?pilih={hers}&pilih={his}").status_code == 404
    assert seller.get(LABELS).status_code == 404


def test_nothing_chosen_changes_nothing(app: Flask, seller: Browser) -> None:
    number = placed(app, {cast.CHIPS: 1})
    assert seller.post(LIST, {"tindakan": "kemas"}).location == LIST
    assert "Pilih dulu pesanannya." in words(seller.get(LIST))
    assert states(app, number) == ["accepted"]


def test_the_chosen_orders_become_labels(app: Flask, seller: Browser) -> None:
    first, second = placed(app, {cast.CHIPS: 2}), placed(app, {cast.CRACKERS: 1}, "packed")
    answer = seller.post(LIST, {"tindakan": "label", "pilih": [first, second]})
    assert parse_qs(urlsplit(answer.location).query)["pilih"] == [first, second]
    page = seller.get(answer.location)
    text = words(page)
    assert "Kepada Budi 0812-3456-7890 Dusun 2 RT 3 Patokan: dekat masjid" in text
    assert "Pengirim Keripik Bu Sari" in text
    assert page.text.count('class="qr"') == 2
    with app.app_context():
        totals = [row.total for row in db.session.query(SellerOrder).order_by(SellerOrder.id)]
    for total in totals:
        assert f"Tagih tunai Rp{total:,}".replace(",", ".") in text


def test_a_paid_parcel_says_that_nothing_is_collected(app: Flask, seller: Browser) -> None:
    number = placed(app, {cast.CHIPS: 1}, "accepted")
    with app.app_context():
        row = db.session.query(SellerOrder).filter_by(number=number).one()
        row.order.payment_method = "transfer"
        db.session.commit()
    text = words(seller.get(f"{LABELS}?pilih={number}"))
    assert "Sudah dibayar. Jangan tagih." in text and "Tagih tunai" not in text


def test_an_ended_order_gives_no_label(app: Flask, seller: Browser) -> None:
    number = placed(app, {cast.CHIPS: 1}, "declined")
    answer = seller.get(f"{LABELS}?pilih={number}")
    assert answer.status_code == 409
    assert "Dusun 2" not in answer.text
