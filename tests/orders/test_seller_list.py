"""The seller's list of orders: what must be done first on top, one step a row, two people at once."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.orders import queries
from marketplace.orders.models import SellerOrder
from marketplace.sellers.models import ShopMember
from tests import cast, factories, statements
from tests.browsing import Browser, value_of, words
from tests.orders.walks import walk

LIST = "/penjual/pesanan"


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def placed(app: Flask, *, hours_ago: float = 0, reached: str = "awaiting_confirmation") -> str:
    """The number of an order of hers, placed and walked some hours ago."""
    at = now() - timedelta(hours=hours_ago)
    with app.app_context():
        child = factories.order({cast.CHIPS: 1}, at=at).order.children[0]
        number = child.number
        walk(child, reached, at=at)
        db.session.remove()
    return number


def shown(seller: Browser, address: str = LIST) -> list[str]:
    return re.findall(rf'<h2><a href="{LIST}/(DM-[^"]+)"', seller.get(address).text)


def state(app: Flask, number: str) -> str:
    with app.app_context():
        return db.session.query(SellerOrder).filter_by(number=number).one().status


def test_what_must_be_done_first_stands_first_and_the_rest_is_newest_first(
    app: Flask, seller: Browser
) -> None:
    done_long_ago = placed(app, hours_ago=60, reached="completed")
    done = placed(app, hours_ago=50, reached="declined")
    delivered = placed(app, hours_ago=1, reached="delivered")
    to_hand_over = placed(app, hours_ago=10, reached="accepted")
    to_answer_late = placed(app, hours_ago=1)
    to_answer_soon = placed(app, hours_ago=22)
    complaint = placed(app, hours_ago=2, reached="disputed")
    on_its_way = placed(app, hours_ago=30, reached="shipped")
    pressing = [complaint, to_answer_soon, to_answer_late, to_hand_over]
    assert shown(seller) == [*pressing, on_its_way, delivered, done, done_long_ago]
    assert shown(seller, f"{LIST}?status=tindakan") == pressing
    assert shown(seller, f"{LIST}?status=berjalan") == [delivered, on_its_way]
    assert shown(seller, f"{LIST}?status=selesai") == [done, done_long_ago]


def test_a_row_says_until_when_and_how_much_it_presses(app: Flask, seller: Browser) -> None:
    placed(app, hours_ago=22)
    text = words(seller.get(LIST))
    assert re.search(r"Mendesak Jawab sebelum (besok )?pukul \d\d\.\d\d, 1 jam lagi", text)
    assert "Budi, Hurun, Pesawaran" in text


def test_another_page_of_the_list_keeps_its_group(
    app: Flask, seller: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PER_SELLER_PAGE", 1)
    first, second = placed(app, hours_ago=2), placed(app)
    assert shown(seller, f"{LIST}?status=tindakan") == [first]
    assert f'href="{LIST}?status=tindakan&amp;halaman=2"' in seller.get(f"{LIST}?status=tindakan").text
    assert shown(seller, f"{LIST}?status=tindakan&halaman=2") == [second]


def test_a_new_order_is_named_on_the_first_page_however_many_press_more(
    app: Flask, seller: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PER_SELLER_PAGE", 2)
    old = [placed(app, hours_ago=ago) for ago in (20, 19, 18)]
    new = placed(app)
    page = seller.get(LIST)
    assert shown(seller) == old[:2]
    beside = re.findall(rf'<a href="{LIST}/(DM-[^"]+)">DM', page.text)
    assert beside == [new, old[2]]
    assert "Terbuka juga" not in words(seller.get(f"{LIST}?status=tindakan"))
    assert "Terbuka juga" not in words(seller.get(f"{LIST}?halaman=2"))


def test_a_step_taken_in_the_list_leads_back_to_the_list(app: Flask, seller: Browser) -> None:
    number = placed(app)
    page = seller.get(LIST)
    assert value_of(page, "dari") == "daftar"
    answer = seller.post(f"{LIST}/{number}/terima", {"dari": "daftar"})
    assert (answer.status_code, answer.location) == (303, LIST)
    assert f"{number}: Pesanan diterima." in words(seller.get(LIST))
    assert f'action="{LIST}/{number}/kemas"' in seller.get(LIST).text


def test_one_tap_declines_with_a_reason_that_the_buyer_reads(app: Flask, seller: Browser) -> None:
    number = placed(app)
    offered = re.findall(r'name="alasan" value="([^"]+)"', seller.get(LIST).text)
    assert offered == [
        "Barangnya sedang habis.",
        "Toko sedang tutup.",
        "Kami tidak bisa mengirim ke alamat ini.",
    ]
    answer = seller.post(f"{LIST}/{number}/tolak", {"dari": "daftar", "alasan": offered[1]})
    assert (answer.status_code, answer.location) == (303, LIST)
    assert state(app, number) == "declined"
    with app.app_context():
        order = db.session.query(SellerOrder).filter_by(number=number).one()
        assert order.events[-1].reason == "Toko sedang tutup."


def test_the_second_of_two_members_is_told_and_changes_nothing(app: Flask, seller: Browser) -> None:
    number = placed(app)
    with app.app_context(), transaction() as session:
        friend, shop = factories.person(cast.OTHER_BUYER), factories.shop(cast.HER_SHOP)
        session.add(ShopMember(shop_id=shop.id, user_id=friend.id, role="staff", since=now()))
    colleague = Browser(app, cast.OTHER_BUYER)
    for person in (seller, colleague):
        assert f'action="{LIST}/{number}/terima"' in person.get(LIST).text
    assert seller.post(f"{LIST}/{number}/terima", {"dari": "daftar"}).status_code == 303
    late = colleague.post(f"{LIST}/{number}/tolak", {"dari": "daftar", "alasan": "Toko sedang tutup."})
    assert late.status_code == 409
    assert "“Diterima penjual”, jadi langkah ini tidak bisa lagi" in words(late)
    assert f'action="{LIST}/{number}/kemas"' in late.text
    assert state(app, number) == "accepted"


@pytest.mark.parametrize("reached", ["awaiting_confirmation", "accepted", "shipped", "delivered", "disputed"])
def test_a_living_orders_message_goes_to_the_buyer(app: Flask, seller: Browser, reached: str) -> None:
    number = placed(app, reached=reached)
    for page in (seller.get(LIST).text, seller.get(f"{LIST}/{number}").text):
        links = re.findall(r'href="(https://wa\.me/6281234567890[^"]+)"', page)
        (text,) = parse_qs(urlsplit(links[0]).query)["text"]
        assert text.startswith(f"Halo Budi, saya dari Keripik Bu Sari di DesaMart, tentang pesanan {number}.")
        assert f"/lacak?nomor={number[:-2]}" in text


@pytest.mark.parametrize("reached", ["completed", "declined", "cancelled_by_seller", "returned"])
def test_an_ended_order_shows_no_phone_of_the_buyer(app: Flask, seller: Browser, reached: str) -> None:
    number = placed(app, reached=reached)
    secret = r"6281234567890|0812-?3456-?7890|Dusun 2|dekat masjid"
    for address in (LIST, f"{LIST}?status=selesai", f"{LIST}/{number}"):
        assert not re.search(secret, seller.get(address).text)
    assert "https://wa.me/?text=Halo%20Budi" in seller.get(f"{LIST}/{number}").text


def test_the_list_asks_the_database_as_often_for_many_orders_as_for_two(app: Flask, seller: Browser) -> None:
    def asked() -> int:
        with app.app_context():
            return statements.count(lambda: seller.get(LIST))

    for _number in range(2):
        placed(app, reached="shipped")
    few = asked()
    for _number in range(5):
        placed(app, reached="shipped")
    assert asked() == few
