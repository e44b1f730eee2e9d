"""Everything a shop has, counted on one page: each row stands alone, none loses a purchase, twice is once."""

import re
import threading

import pytest
from flask import Flask

from marketplace.catalog import counting, stock_rows
from marketplace.catalog.counting import Count
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs
from marketplace.sellers import opening
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT

PAGE = "/penjual/stok"


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def on_hand(app: Flask, *slugs: str) -> list[int]:
    with app.app_context():
        return [factories.product(slug).variants[0].on_hand for slug in slugs]


def variant(app: Flask, slug: str) -> int:
    with app.app_context():
        return factories.product(slug).variants[0].id


def form(page: str) -> dict[str, str]:
    """What the page would send as it stands."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (
            re.search(r'name="((?:jumlah|semula)-\d+|kunci)"', tag),
            re.search(r'value="([^"]*)"', tag),
        )
        if name and value:
            found[name[1]] = value[1]
    return found


def test_only_changed_rows_are_written_all_with_one_button(app: Flask, seller: Browser) -> None:
    page = seller.get(PAGE)
    chips, crackers = variant(app, cast.CHIPS), variant(app, cast.CRACKERS)
    typed = {**form(page.text), f"jumlah-{chips}": "47", f"jumlah-{crackers}": "1.030"}
    done = seller.post(PAGE, typed)
    assert (done.status_code, done.location) == (303, "/penjual/stok?halaman=1")
    assert "2 hitungan disimpan" in words(seller.get(PAGE))
    assert on_hand(app, cast.CHIPS, cast.CRACKERS, cast.LOCAL_SNACK) == [47, 1030, 7]
    with app.app_context():
        assert factories.product(cast.CHIPS).confirmed_at is not None
        assert factories.product(cast.LOCAL_SNACK).confirmed_at is None
        assert proofs.prove(at=AT).holds


def test_a_sale_in_between_is_told_at_its_row_and_the_others_are_saved(app: Flask, seller: Browser) -> None:
    typed = form(seller.get(PAGE).text)
    chips, crackers = variant(app, cast.CHIPS), variant(app, cast.CRACKERS)
    with app.app_context():
        factories.order({cast.CHIPS: 4})
    late = seller.post(PAGE, {**typed, f"jumlah-{chips}": "60", f"jumlah-{crackers}": "33"})
    assert late.status_code == 409
    assert "berubah menjadi 46" in words(late) and "1 hitungan disimpan, 1 perlu diperiksa lagi" in words(
        late
    )
    again = form(late.text)
    assert (again[f"semula-{chips}"], again[f"jumlah-{chips}"]) == ("46", "60")
    assert on_hand(app, cast.CHIPS, cast.CRACKERS) == [46, 33]
    assert seller.post(PAGE, again).status_code == 303
    assert on_hand(app, cast.CHIPS) == [60]


def test_a_sale_of_a_row_that_was_not_touched_stands_in_nobodys_way(app: Flask, seller: Browser) -> None:
    typed = form(seller.get(PAGE).text)
    with app.app_context():
        factories.order({cast.CHIPS: 4})
    crackers = variant(app, cast.CRACKERS)
    assert seller.post(PAGE, {**typed, f"jumlah-{crackers}": "33", "semua": "ya"}).status_code == 303
    assert on_hand(app, cast.CHIPS, cast.CRACKERS) == [46, 33]


@pytest.mark.parametrize("typed", ["", "-1", "1,5", "٣", "banyak", "1000001"])
def test_what_is_no_number_is_told_at_its_row_and_kept(app: Flask, seller: Browser, typed: str) -> None:
    chips, crackers = variant(app, cast.CHIPS), variant(app, cast.CRACKERS)
    fields = {**form(seller.get(PAGE).text), f"jumlah-{chips}": typed, f"jumlah-{crackers}": "31"}
    refused = seller.post(PAGE, {**fields, "semua": "ya"})
    assert refused.status_code == 422 and "dengan angka" in words(refused)
    assert form(refused.text)[f"jumlah-{chips}"] == typed
    assert on_hand(app, cast.CHIPS, cast.CRACKERS) == [50, 31]
    with app.app_context():
        assert factories.product(cast.LOCAL_SNACK).confirmed_at is None, "not confirmed while a row is open"


def test_less_than_buyers_hold_is_refused(app: Flask, seller: Browser) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 20}, pay="stripe", at=now())
    chips = variant(app, cast.CHIPS)
    refused = seller.post(PAGE, {**form(seller.get(PAGE).text), f"jumlah-{chips}": "19"})
    assert refused.status_code == 422 and "20 sedang dipesan pembeli" in words(refused)


def test_the_same_form_twice_counts_once(app: Flask, seller: Browser) -> None:
    typed = {**form(seller.get(PAGE).text), f"jumlah-{variant(app, cast.CHIPS)}": "40"}
    assert [seller.post(PAGE, typed).status_code for _ in range(2)] == [303, 303]
    assert on_hand(app, cast.CHIPS) == [40]


def test_one_tap_confirms_everything_and_buyers_read_it(app: Flask, seller: Browser) -> None:
    guest = Browser(app)
    assert "dikonfirmasi" not in words(guest.get(f"/produk/{cast.CHIPS}"))
    done = seller.post(PAGE, {**form(seller.get(PAGE).text), "semua": "ya"})
    assert done.status_code == 303
    assert "Stok dikonfirmasi hari ini" in words(guest.get(f"/produk/{cast.CHIPS}"))
    assert "Stok dikonfirmasi" not in words(guest.get(f"/produk/{cast.COFFEE}"))


def test_rows_of_another_shop_and_a_stopped_shop_are_refused(app: Flask, seller: Browser) -> None:
    coffee = variant(app, cast.COFFEE)
    foreign = {f"semula-{coffee}": "40", f"jumlah-{coffee}": "0"}
    assert seller.post(PAGE, foreign).status_code == 404
    assert on_hand(app, cast.COFFEE) == [40]
    with app.app_context(), transaction():
        opening.suspend(factories.shop(cast.HER_SHOP), at=AT)
    chips = variant(app, cast.CHIPS)
    stopped = {f"semula-{chips}": "50", f"jumlah-{chips}": "0", "semua": "ya"}
    assert seller.post(PAGE, stopped).status_code == 409
    assert on_hand(app, cast.CHIPS) == [50]
    assert Browser(app, cast.BUYER).post(PAGE, stopped).status_code == 404


def test_a_long_shop_is_cut_into_pages(app: Flask, seller: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_rows, "PER_PAGE", 2)
    first, second = form(seller.get(PAGE).text), form(seller.get(f"{PAGE}?halaman=2").text)
    assert len([name for name in first if name.startswith("jumlah")]) == 2
    assert len([name for name in second if name.startswith("jumlah")]) == 1


def test_when_a_shop_is_told_that_little_is_left_is_its_own_choice(app: Flask, seller: Browser) -> None:
    assert "Hampir habis" not in words(seller.get(PAGE))
    address = f"{PAGE}/{cast.LOCAL_SNACK}/batas"
    assert seller.post(address, {"batas": "7"}).status_code == 303
    assert "Hampir habis" in words(seller.get(PAGE))
    assert seller.post(address, {"batas": "sedikit"}).status_code == 422
    assert Browser(app, cast.OTHER_SELLER).post(address, {"batas": "1"}).status_code == 404


def test_counts_of_all_rows_and_purchases_at_once_lose_nothing(app: Flask) -> None:
    """Eight buyers of two goods against four who save both rows: what was saved is what the movements say."""
    told: list[int] = []
    start = threading.Barrier(12)
    goods = (cast.CHIPS, cast.CRACKERS)

    def act(buys: bool) -> None:
        with app.app_context():
            variants = [factories.product(slug).variants[0] for slug in goods]
            counts = {one.id: Count(one.on_hand, one.on_hand + 7) for one in variants}
            db.session.rollback()
            start.wait(30)
            if buys:
                factories.order(dict.fromkeys(goods, 1))
            else:
                with transaction():
                    shop = factories.shop(cast.HER_SHOP)
                    told.extend(counting.save(shop, counts, actor="seller:1", at=AT).changed.values())
            db.session.remove()

    threads = [threading.Thread(target=act, args=(number < 8,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(on_hand(app, *goods)) == 50 + 30 - 2 * 8 + sum(told)
    with app.app_context():
        assert proofs.prove(at=AT).holds
