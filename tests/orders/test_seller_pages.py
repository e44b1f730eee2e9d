"""The seller's pages of orders and money: each step's form, the buyer's data, strangers, races."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.orders import steps
from marketplace.orders.models import SellerOrder
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT

LIST = "/penjual/pesanan"


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def placed(app: Flask, *, delivery: str = "antar", pay: str = "cod", reached: str = "") -> str:
    """The number of a new order of hers, walked up to a state."""
    with app.app_context():
        child = factories.order({cast.CHIPS: 2}, delivery=delivery, pay=pay).order.children[0]
        number, child_id = child.number, child.id
        for step in {"accepted": (steps.accept,), "packed": (steps.accept, steps.pack)}.get(reached, ()):
            with transaction():
                step(child_id, actor="seller:1", at=AT)
        db.session.remove()
    return number


def state(app: Flask, number: str) -> tuple[str, str, str]:
    with app.app_context():
        row = db.session.query(SellerOrder).filter_by(number=number).one()
        return row.status, row.courier, row.tracking_number


def test_an_order_goes_from_the_inbox_to_the_door(app: Flask, seller: Browser) -> None:
    number = placed(app)
    for step, fields, reached in (
        ("terima", {}, "accepted"),
        ("kemas", {}, "packed"),
        ("kirim", {"kurir": "kurir-desa"}, "shipped"),
        ("sampai", {}, "delivered"),
    ):
        page = seller.get(f"{LIST}/{number}")
        assert f'action="{LIST}/{number}/{step}"' in page.text
        answer = seller.post(f"{LIST}/{number}/{step}", fields)
        assert (answer.status_code, answer.location) == (303, f"{LIST}/{number}")
        assert state(app, number)[0] == reached
    assert "Menunggu pembeli" in words(seller.get(f"{LIST}/{number}"))
    with app.app_context():
        order = db.session.query(SellerOrder).filter_by(number=number).one()
        her = factories.person(cast.SELLER).id
        assert [event.actor for event in order.events][1:] == [f"seller:{her}"] * 4


def test_goods_that_are_fetched_are_made_ready(app: Flask, seller: Browser) -> None:
    number = placed(app, delivery="ambil", pay="ambil", reached="packed")
    page = seller.get(f"{LIST}/{number}")
    assert "/siap-diambil" in page.text and "/kirim" not in page.text
    assert seller.post(f"{LIST}/{number}/siap-diambil").status_code == 303
    assert "Sudah diambil pembeli" in words(seller.get(f"{LIST}/{number}"))
    assert seller.post(f"{LIST}/{number}/sampai").status_code == 303
    assert state(app, number)[0] == "delivered"


def test_goods_that_are_fetched_cannot_be_shipped(app: Flask, seller: Browser) -> None:
    number = placed(app, delivery="ambil", pay="ambil", reached="packed")
    answer = seller.post(f"{LIST}/{number}/kirim", {"kurir": "sendiri"})
    assert answer.status_code == 422
    assert state(app, number)[0] == "packed"


def test_declining_needs_a_reason_that_the_buyer_reads(app: Flask, seller: Browser) -> None:
    number = placed(app)
    for nothing in ("", "   "):
        refused = seller.post(f"{LIST}/{number}/tolak", {"alasan": nothing})
        assert refused.status_code == 422
        assert "Tulis alasannya" in words(refused)
    long = "panen gagal " * 60
    refused = seller.post(f"{LIST}/{number}/tolak", {"alasan": long})
    assert refused.status_code == 422
    assert "panen gagal panen gagal" in words(refused)
    assert state(app, number)[0] == "awaiting_confirmation"
    assert seller.post(f"{LIST}/{number}/tolak", {"alasan": "Panen <gagal>"}).status_code == 303
    page = seller.get(f"{LIST}/{number}")
    assert "Panen &lt;gagal&gt;" in page.text
    with app.app_context():
        assert factories.product(cast.CHIPS).variants[0].on_hand == 50


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kurir": "jne", "resi": ""}, "Tulis nomor resi"),
        ({"kurir": "jne", "resi": "!?"}, "hanya huruf dan angka"),
        ({"kurir": "jne", "resi": "A" * 41}, "hanya huruf dan angka"),
        ({"kurir": "jne", "resi": "JT12"}, "8 sampai 20"),
        ({"kurir": "merpati", "resi": "JT1234567890"}, "Pilih siapa yang mengantar"),
        ({}, "Pilih siapa yang mengantar"),
    ],
)
def test_a_parcel_needs_a_known_courier_and_its_number(
    app: Flask, seller: Browser, fields: dict[str, str], reason: str
) -> None:
    number = placed(app, delivery="ekspedisi:jne-REG", reached="packed")
    refused = seller.post(f"{LIST}/{number}/kirim", fields)
    assert refused.status_code == 422
    assert reason in words(refused)
    assert f'value="{fields.get("resi", "")}"' in refused.text
    assert state(app, number)[0] == "packed"


def test_the_courier_that_the_buyer_chose_is_offered_first(app: Flask, seller: Browser) -> None:
    number = placed(app, delivery="ekspedisi:jne-REG", reached="packed")
    assert '<option selected value="jne">' in seller.get(f"{LIST}/{number}").text
    answer = seller.post(f"{LIST}/{number}/kirim", {"kurir": "jne", "resi": " jt-1234 567890 "})
    assert answer.status_code == 303
    assert state(app, number) == ("shipped", "jne", "JT1234567890")
    assert "JT1234567890" in words(seller.get(f"{LIST}/{number}"))


def test_an_unusual_number_is_taken_after_a_second_look(app: Flask, seller: Browser) -> None:
    number = placed(app, reached="packed")
    fields = {"kurir": "jne", "resi": "AB12"}
    refused = seller.post(f"{LIST}/{number}/kirim", fields)
    assert 'name="resi_benar"' in refused.text
    assert seller.post(f"{LIST}/{number}/kirim", {**fields, "resi_benar": "y"}).status_code == 303
    assert state(app, number) == ("shipped", "jne", "AB12")


def test_who_was_slower_is_told_and_nothing_changes(app: Flask, seller: Browser) -> None:
    number = placed(app)
    with app.app_context():
        child_id = db.session.query(SellerOrder).filter_by(number=number).one().id
        with transaction():
            steps.cancel(child_id, actor="buyer", at=AT)
        db.session.remove()
    answer = seller.post(f"{LIST}/{number}/terima")
    assert answer.status_code == 409
    assert "“Dibatalkan”, jadi langkah ini tidak bisa lagi" in words(answer)
    assert state(app, number)[0] == "cancelled"


@pytest.mark.parametrize("step", ["terima", "kemas", "siap-diambil", "sampai"])
def test_a_step_out_of_turn_changes_nothing(app: Flask, seller: Browser, step: str) -> None:
    number = placed(app)
    assert seller.post(f"{LIST}/{number}/terima").status_code == 303
    if step != "kemas":
        answer = seller.post(f"{LIST}/{number}/{step}")
        assert state(app, number)[0] == "accepted"
        assert answer.status_code == 409
        assert "tidak bisa lagi" in words(answer) and f"{LIST}/{number}/kemas" in answer.text


def test_orders_of_another_shop_are_not_there(app: Flask) -> None:
    number, stranger = placed(app), Browser(app, cast.OTHER_SELLER)
    assert stranger.get(f"{LIST}/{number}").status_code == 404
    fields = {"alasan": "tidak suka", "kurir": "sendiri"}
    for step in ("terima", "tolak", "kemas", "kirim", "siap-diambil", "sampai"):
        assert stranger.post(f"{LIST}/{number}/{step}", fields).status_code == 404
    assert number not in stranger.get(LIST).text
    assert state(app, number)[0] == "awaiting_confirmation"


def test_the_buyers_phone_and_address_are_shown_while_the_order_lives(app: Flask, seller: Browser) -> None:
    number = placed(app)
    page = seller.get(f"{LIST}/{number}")
    assert "https://wa.me/6281234567890?text=Halo%20Budi" in page.text
    assert "Dusun 2 RT 3" in page.text and "dekat masjid" in page.text
    seller.post(f"{LIST}/{number}/tolak", {"alasan": "habis"})
    page = seller.get(f"{LIST}/{number}")
    assert not re.search(r"6281234567890|0812-3456-7890|Dusun 2|dekat masjid|wa\.me/6281234", page.text)


def test_the_money_of_an_order_is_told(app: Flask, seller: Browser) -> None:
    text = words(seller.get(f"{LIST}/{placed(app)}"))
    assert "Barang Rp36.000" in text
    assert "Biaya layanan DesaMart -Rp360" in text
    assert "Tagih tunai" in text


def test_an_order_that_waits_for_money_is_not_the_shops_yet(app: Flask, seller: Browser) -> None:
    number = placed(app, delivery="ekspedisi:jne-REG", pay="stripe")
    assert number not in seller.get(LIST).text
    assert seller.get(f"{LIST}/{number}").status_code == 404


def test_an_order_that_nobody_paid_never_becomes_the_shops(app: Flask, seller: Browser) -> None:
    number = placed(app, pay="stripe")
    with app.app_context(), transaction():
        child = db.session.query(SellerOrder).filter_by(number=number).one()
        steps.run_out(child.id, at=AT + timedelta(days=1))
    assert state(app, number)[0] == "expired"
    assert seller.get(f"{LIST}/{number}").status_code == 404
    assert number not in seller.get(LIST).text


def test_the_balance_lists_the_fee_of_a_cash_sale_with_its_order(app: Flask, seller: Browser) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 2}).order.children[0]
        number = child.number
        factories.complete(child)
        db.session.remove()
    page = seller.get("/penjual/saldo")
    assert "Biaya yang Anda tanggung Rp360" in words(page)
    assert "Belum dibayarkan ke Anda Rp0" in words(page)
    assert f'href="{LIST}/{number}"' in page.text
    assert "-Rp360" in words(page)
    other = words(Browser(app, cast.OTHER_SELLER).get("/penjual/saldo"))
    assert number not in other and "Belum ada catatan" in other
