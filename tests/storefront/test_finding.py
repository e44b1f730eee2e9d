"""The shop window, the list, products, shops and regions: what they show, refuse and cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update
from werkzeug.datastructures import MultiDict

from marketplace.catalog.models import PAUSED, Product, Variant
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.search import engine
from marketplace.search.rebuilding import rebuild
from marketplace.sellers.models import SUSPENDED, Shop
from marketplace.storefront import hits
from marketplace.storefront.filtering import FilterForm
from tests import cast, factories
from tests.shopper import Shopper

MOST_QUERIES_OF_A_LIST = 8


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fill(app: Flask, number: int) -> None:
    with app.app_context(), transaction():
        shop = factories.shop(cast.HER_SHOP)
        for i in range(number):
            factories.put_on_shelf(shop, slug=f"barang-{i}", name=f"Barang Uji {i}", price=1_000 + i, stock=5)


@pytest.mark.parametrize(
    "path",
    ["/", "/produk", "/produk/keripik-pisang", "/toko/keripik-bu-sari", "/desa/18.09.10.2004", "/wilayah/18",
     "/wilayah/18.09", "/wilayah/18.09.10", "/wilayah/18.09.10.2004", "/wilayah/31", "/desa/18.09.10.2005",
     "/keranjang", "/lacak", "/masuk", "/daftar"],
)  # fmt: skip
def test_public_pages_open_for_everybody(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/produk/tidak-ada", "/toko/tidak-ada", "/desa/18.09.10.9999", "/desa/18.09", "/wilayah/99",
     "/pesanan/DM-1-ABCDEF", "/checkout?wilayah=99.99"],
)  # fmt: skip
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    Shopper(client).take(cast.CHIPS)
    assert client.get(path).status_code == 404


def test_goods_not_on_sale_are_nowhere(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(Product).where(Product.slug == cast.CHIPS).values(status=PAUSED))
        session.execute(update(Shop).where(Shop.slug == cast.HIS_SHOP).values(status=SUSPENDED))
    page = client.get("/produk").text
    assert "Keripik Pisang Cokelat" not in page and "Kopi Robusta" not in page and "Kerupuk Ikan" in page
    assert client.get(f"/produk/{cast.CHIPS}").status_code == 404
    assert client.get(f"/produk/{cast.COFFEE}").status_code == 404
    assert client.get(f"/toko/{cast.HIS_SHOP}").status_code == 404


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("kategori=makanan-ringan", "Kerupuk Ikan", "Kopi Robusta"),
        ("kategori=kopi", "Kopi Robusta", "Kerupuk Ikan"),
        ("wilayah=18.09", "Kerupuk Ikan", "Kopi Robusta"),
        ("wilayah=18.10.01.2009", "Kopi Robusta", "Kerupuk Ikan"),
        ("harga_min=20.000", "Gabus Pindang", "Keripik Pisang"),
        ("harga_max=18000", "Keripik Pisang", "Gabus Pindang"),
        ("q=kopi", "Kopi Robusta", "Kerupuk Ikan"),
        ("q=kopi&harga_min=100000", "Kopi Langka", "Kopi Robusta"),
    ],
)
def test_each_filter_narrows_the_list(client: FlaskClient, query: str, there: str, gone: str) -> None:
    page = client.get(f"/produk?{query}")
    assert page.status_code == 200
    assert there in page.text and gone not in page.text


def test_a_sold_out_product_is_left_out_when_only_available_goods_are_wanted(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        factories.order({cast.RARE_COFFEE: 1})
    assert "Kopi Langka" in client.get("/produk").text
    assert "Kopi Langka" not in client.get("/produk?tersedia=1").text


@pytest.mark.parametrize(
    ("order", "first", "second"),
    [("termurah", "Kerupuk Ikan", "Keripik Pisang"), ("termahal", "Kopi Langka", "Kopi Robusta")],
)
def test_the_list_is_sorted_by_price(client: FlaskClient, order: str, first: str, second: str) -> None:
    page = client.get(f"/produk?urut={order}").text
    assert page.index(first) < page.index(second)


@pytest.mark.parametrize(
    "wrong", ["harga_min=abc", "harga_max=1e3", "kategori=xyz", "wilayah=99", "urut=acak"]
)
def test_a_wrong_filter_is_named_and_ignored(client: FlaskClient, wrong: str) -> None:
    page = client.get(f"/produk?{wrong}")
    assert page.status_code == 422
    assert "field-error" in page.text and "tidak dipakai" in page.text
    assert "Kerupuk Ikan" in page.text


def test_what_was_typed_into_a_wrong_filter_is_still_there(client: FlaskClient) -> None:
    assert 'value="abc"' in client.get("/produk?harga_min=abc").text


def test_a_filter_in_use_can_be_taken_off_alone(client: FlaskClient) -> None:
    page = client.get("/produk?kategori=kopi&harga_min=1000").text
    assert 'href="/produk?harga_min=1000"' in page
    assert 'href="/produk?kategori=kopi"' in page


def test_nothing_found_offers_a_way_on(client: FlaskClient) -> None:
    page = client.get("/produk?q=zzqqzz")
    assert page.status_code == 200
    assert "Belum ada yang cocok" in page.text and "/produk?kategori=minuman" in page.text


def test_pages_follow_each_other_without_gaps(app: Flask, client: FlaskClient) -> None:
    fill(app, 30)
    first, second = (client.get(f"/produk?urut=termurah&halaman={page}").text for page in (1, 2))
    names = [f"Barang Uji {i}<" for i in range(30)]
    assert all((name in first) != (name in second) for name in names)
    assert "Halaman 2 dari 2" in second and "halaman=2" in first


@pytest.mark.parametrize("page", ["0", "-1", "abc", "٣", "9" * 30, "99"])
def test_an_odd_page_number_still_shows_goods(client: FlaskClient, page: str) -> None:
    answer = client.get("/produk", query_string={"halaman": page})
    assert answer.status_code == 200
    assert "Kerupuk Ikan" in answer.text


@pytest.mark.parametrize("path", ["/produk", "/produk?q=barang", "/toko/keripik-bu-sari", "/wilayah/18", "/"])
def test_more_goods_cost_no_more_queries(app: Flask, client: FlaskClient, path: str) -> None:
    fill(app, 3)
    client.get(path)
    with counted(app) as few:
        client.get(path)
    with app.app_context(), transaction():
        shop = factories.shop(cast.HIS_SHOP)
        for i in range(20):
            factories.put_on_shelf(shop, slug=f"lagi-{i}", name=f"Barang Lagi {i}", price=2_000, stock=5)
    # What new places are called is asked once.
    client.get(path)
    with counted(app) as many:
        client.get(path)
    assert len(many) == len(few)
    assert len(many) <= MOST_QUERIES_OF_A_LIST, "\n".join(many)


def test_a_product_tells_what_is_left(app: Flask, client: FlaskClient) -> None:
    assert "Tersisa 7" in client.get(f"/produk/{cast.LOCAL_SNACK}").text
    assert "Stok tersedia" in client.get(f"/produk/{cast.CHIPS}").text
    with app.app_context():
        factories.order({cast.RARE_COFFEE: 1})
    page = client.get(f"/produk/{cast.RARE_COFFEE}").text
    assert "sedang habis" in page and "Masukkan keranjang" not in page


def test_a_product_made_to_order_says_so(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as session:
        product_id = factories.product(cast.CHIPS).id
        session.execute(update(Variant).where(Variant.product_id == product_id).values(on_demand=True))
    assert "Dibuat setelah dipesan" in client.get(f"/produk/{cast.CHIPS}").text


def test_a_name_with_markup_is_shown_as_text(app: Flask, client: FlaskClient) -> None:
    evil = "<script>alert(1)</script>"
    with app.app_context(), transaction() as session:
        session.execute(update(Product).where(Product.slug == cast.CHIPS).values(name=evil, description=evil))
        session.execute(update(Shop).where(Shop.slug == cast.HER_SHOP).values(name=evil, about=evil))
    for path in ("/", "/produk", f"/produk/{cast.CHIPS}", f"/toko/{cast.HER_SHOP}", f"/produk?q={evil}"):
        page = client.get(path).text
        assert "<script>alert" not in page, path


def test_a_region_counts_only_what_lies_in_it(client: FlaskClient) -> None:
    page = client.get("/wilayah/18").text
    assert "/wilayah/18.09" in page and "/wilayah/18.10" in page
    assert "Belum ada barang dari sini" in client.get("/wilayah/31").text


@pytest.mark.parametrize("searching", ["whoosh:", "database:"])
def test_where_more_is_found_than_an_answer_holds_the_numbers_say_so(
    app: Flask, client: FlaskClient, searching: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions["desamart"] = replace(app.extensions["desamart"], search_url=searching)
    fill(app, 5)
    with app.app_context():
        rebuild()
    assert "5 barang<" in client.get("/produk?q=barang+uji").text
    assert engine.find.__kwdefaults__
    monkeypatch.setitem(engine.find.__kwdefaults__, "limit", 3)
    monkeypatch.setattr(hits, "MOST", 3)
    engine.forget()
    page = client.get("/produk?q=uji+barang").text
    assert "3+ barang<" in page and "(3+)" in page


def test_what_is_remembered_of_a_form_is_short_whatever_was_typed(app: Flask) -> None:
    with app.test_request_context():
        typed = [FilterForm(MultiDict({"q": "a" * 50_000 + end})).typed for end in ("", "b", "b")]
    assert typed[0] != typed[1] == typed[2] and len(typed[0]) == 64
