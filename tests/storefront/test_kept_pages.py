"""Pages that everybody sees alike are kept, and never show what is over: a change is seen at once."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import update

from marketplace import create_app
from marketplace.catalog.models import Product, StockHold, Variant
from marketplace.config import Config
from marketplace.kit import alike, unchanged
from marketplace.kit.clock import now
from marketplace.kit.pieces import Kept
from marketplace.kit.transaction import transaction
from marketplace.search.rebuilding import rebuild
from tests import cast, factories
from tests.databases import let_go
from tests.shopper import Shopper

SHOWING = ["/", "/produk", "/produk?urut=terbaru", "/produk?tersedia=1", f"/toko/{cast.HER_SHOP}",
           "/desa/18.09.10.2004", "/wilayah/18.09"]  # fmt: skip


def dearer(app: Flask, price: int) -> None:
    with app.app_context(), transaction() as session:
        ids = [one.id for one in factories.product(cast.CHIPS).variants]
        session.execute(update(Variant).where(Variant.id.in_(ids)).values(price=price))


@pytest.mark.parametrize("path", SHOWING)
def test_a_changed_price_is_on_the_next_page(app: Flask, client: FlaskClient, path: str) -> None:
    dearer(app, 18_100)
    assert "Rp18.100" in client.get(path).text
    kept = client.get(path)
    assert "Rp18.100" in kept.text and kept.headers["Cache-Control"] == "private, no-cache"
    dearer(app, 18_200)
    again = client.get(path, headers={"If-None-Match": kept.headers["ETag"]})
    assert again.status_code == 200 and "Rp18.200" in again.text and "Rp18.100" not in again.text


def test_what_another_process_writes_is_seen_at_once(app: Flask, client: FlaskClient, config: Config) -> None:
    assert "Rp18.300" not in client.get("/produk").text
    elsewhere = create_app(config)
    dearer(elsewhere, 18_300)
    let_go(elsewhere)
    assert "Rp18.300" in client.get("/produk").text


def test_a_page_found_by_words_follows_the_index(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        rebuild()
    assert "Keripik Pisang Cokelat" in client.get("/produk?q=keripik").text
    with app.app_context(), transaction():
        factories.put_on_shelf(
            factories.shop(cast.HER_SHOP), slug="keripik-baru", name="Keripik Baru", price=9_000, stock=3
        )
    assert "Keripik Baru" not in client.get("/produk?q=keripik").text
    with app.app_context():
        rebuild()
    assert "Keripik Baru" in client.get("/produk?q=keripik").text


def test_what_a_browser_still_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/produk")
    again = client.get("/produk", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b"" and "Content-Security-Policy" in again.headers
    assert again.headers["ETag"] == first.headers["ETag"] and "Cookie" in again.headers["Vary"]


def test_pieces_that_come_free_by_themselves_are_shown_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    with app.app_context(), transaction() as session:
        variant = factories.product(cast.CHIPS).variants[0]
        variant.on_hand = 4
        ends = at + timedelta(seconds=20)
        session.add(StockHold(variant_id=variant.id, reference="uji", quantity=3, expires_at=ends))
    assert "Sisa 1" in client.get("/produk").text
    for later, words in ((10, "Sisa 1"), (21, "Sisa 4")):
        for place in ("storefront.finding", "kit.alike"):
            monkeypatch.setattr(f"marketplace.{place}.now", lambda later=later: at + timedelta(seconds=later))
        assert words in client.get("/produk").text


def test_a_shop_on_holiday_is_asked_about_each_time(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        shop = factories.shop(cast.HER_SHOP)
        shop.holiday_begins, shop.holiday_ends = now(), now() + timedelta(days=1)
    page = client.get(f"/toko/{cast.HER_SHOP}")
    assert page.headers["Cache-Control"] == "no-store" and "ETag" not in page.headers


def test_whoever_is_known_sees_a_page_of_their_own(client: FlaskClient) -> None:
    client.get("/produk")
    Shopper(client).take(cast.CHIPS)
    page = client.get("/produk")
    assert page.headers["Cache-Control"] == "no-store" and "ETag" not in page.headers
    assert '<span class="count">1' in page.text


def test_refusals_and_forms_are_not_kept(client: FlaskClient) -> None:
    for path in ("/produk?harga_min=abc", "/toko/tidak-ada", f"/produk/{cast.CHIPS}", "/keranjang", "/masuk"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_without_an_answer_of_the_database_nothing_is_taken_from_memory(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/produk")
    monkeypatch.setattr(unchanged._Watch, "mark", lambda _watch: None)
    assert client.get("/produk").headers["Cache-Control"] == "no-store"


def test_a_page_waits_for_nobody_who_asks_for_the_mark(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/produk")
    monkeypatch.setattr(unchanged, "PATIENCE", 0.01)
    with app.extensions["desamart-watch"].turn:
        page = client.get("/produk")
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"


def test_a_cookie_written_oddly_is_a_cookie(app: Flask) -> None:
    visitor = app.test_client(use_cookies=False)
    visitor.get("/produk")
    odd = visitor.get("/produk", headers={"Cookie": f"{app.config['SESSION_COOKIE_NAME']} =x"})
    assert odd.headers["Cache-Control"] == "no-store"


def test_long_addresses_of_kept_pages_count_as_well(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: Any = app.wsgi_app
    client.get("/produk")
    monkeypatch.setattr(alike, "MOST_BYTES", 100_000)
    for number in range(20):
        address = f"/produk?x={number}{'y' * 10_000}"
        assert client.get(address, headers={"Accept-Encoding": "br"}).status_code == 200
    assert 0 < sum(len(key[3]) for key in kept.pages) <= 100_000


def test_a_piece_is_drawn_once_for_what_it_shows() -> None:
    drawn: list[int] = []

    def price(amount: int) -> Markup:
        drawn.append(amount)
        return Markup("<p>{}</p>").format(amount)

    kept = Kept()
    assert [kept(price, 5), kept(price, 5), kept(price, 6)] == ["<p>5</p>", "<p>5</p>", "<p>6</p>"]
    assert drawn == [5, 6]


def test_a_products_page_shows_what_is_now_though_its_pieces_are_remembered(
    app: Flask, client: FlaskClient
) -> None:
    page = f"/produk/{cast.CHIPS}"
    shopper = Shopper(client)
    shopper.take(cast.CHIPS)
    for price in (18_400, 18_500, 18_400):
        dearer(app, price)
        assert shopper.get(page).text.count(f"Rp{price:,}".replace(",", ".")) >= 2
    with app.app_context(), transaction() as session:
        session.execute(update(Variant).values(on_hand=3))
    assert "Tersisa 3" in shopper.get(page).text
    with app.app_context(), transaction() as session:
        session.execute(update(Product).where(Product.slug == cast.CHIPS).values(name="Keripik Nangka"))
    assert shopper.get(page).text.count("Keripik Nangka") >= 3


def test_what_was_typed_and_refused_is_not_remembered(client: FlaskClient) -> None:
    shopper = Shopper(client)
    assert 'value="77777"' in shopper.take(cast.CHIPS, "77777").text
    assert "77777" not in shopper.get(f"/produk/{cast.CHIPS}").text
