"""At the counter: two presses sell, what is refused keeps what was typed, and strangers find nothing."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.periods import period
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.clock import day_wib, month_wib, now
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order
from tests import cast, factories
from tests.browsing import Browser, value_of, words
from tests.counter_sales import stage
from tests.statements import count

COUNTER = "/gerai/jual"


@pytest.fixture
def outlet(app: Flask) -> Flask:
    """The outlet of Hanura, as it is now."""
    with app.app_context():
        stage.consent(at=now())
        stage.open_bumdes(at=now())
        db.session.remove()
    return app


@pytest.fixture
def operator(outlet: Flask) -> Browser:
    """The operator of Hanura."""
    return Browser(outlet, cast.OPERATOR)


def add(browser: Browser, app: Flask, slug: str) -> None:
    """Press “Tambah” beside goods."""
    with app.app_context():
        variant = stage.variant(slug)
    answer = browser.post(COUNTER, {"tambah": str(variant), "desa": cast.HANURA})
    assert answer.status_code == 303


def sell(browser: Browser, app: Flask, slug: str, typed: str, **fields: str) -> dict[str, str]:
    """What the form on the table sends: as many as `typed`, the total that the page shows, its key."""
    with app.app_context():
        variant = stage.variant(slug)
    page = browser.get(COUNTER)
    return {
        f"jumlah-{variant}": typed,
        "pembayaran": "ambil",
        "telepon": "",
        "total": value_of(page, "total") or "",
        "kunci": value_of(page, "kunci") or "",
        "desa": cast.HANURA,
        **fields,
    }


def orders(app: Flask) -> int:
    """How many orders there are."""
    with app.app_context():
        return db.session.scalar(select(func.count(Order.id))) or 0


def test_two_presses_sell_and_the_same_form_sells_once(operator: Browser) -> None:
    app = operator.app
    assert "Belum" not in words(operator.get(COUNTER))
    add(operator, app, cast.CHIPS)
    assert "Di meja: Rp18.000" in words(operator.get(COUNTER))
    form = sell(operator, app, cast.CHIPS, "1")
    sold = operator.post(COUNTER, form)
    assert sold.status_code == 303 and sold.location.startswith("/gerai/jual/DM")
    page = words(operator.get(sold.location))
    assert "Rp18.000" in page and "Tunai" in page and "Tanpa nomor telepon" in page
    assert "Di meja" not in words(operator.get(COUNTER))
    assert operator.post(COUNTER, form).status_code == 303
    assert orders(app) == 1


def test_another_number_is_shown_with_its_total_before_it_is_sold(operator: Browser) -> None:
    app = operator.app
    add(operator, app, cast.CHIPS)
    form = sell(operator, app, cast.CHIPS, "3", telepon="0812 1111 2222")
    refused = operator.post(COUNTER, form)
    assert refused.status_code == 422
    assert "Jumlahnya sekarang Rp54.000" in words(refused)
    assert value_of(refused, "telepon") == "+6281211112222"
    assert value_of(refused, "total") == "54000"
    assert operator.post(COUNTER, form | {"total": "54000"}).status_code == 303
    with app.app_context():
        sold = stage.order()
        assert (sold.total, sold.phone) == (54_000, "+6281211112222")
        assert stage.left(cast.CHIPS) == 47


@pytest.mark.parametrize(
    ("typed", "fields", "reason"),
    [
        ("99", {"total": "1782000"}, "Tersisa 50."),
        ("satu", {}, "Jumlah antara 0 dan 9999."),
        ("1", {"telepon": "12"}, "Tulis nomor telepon yang lengkap"),
        ("1", {"pembayaran": "qris"}, "belum menerima"),
        ("1", {"pembayaran": ""}, "Pilih cara pembayaran."),
    ],
)
def test_what_is_refused_keeps_what_was_typed(
    operator: Browser, typed: str, fields: dict[str, str], reason: str
) -> None:
    app = operator.app
    add(operator, app, cast.CHIPS)
    refused = operator.post(COUNTER, sell(operator, app, cast.CHIPS, typed, **fields))
    assert refused.status_code == 422
    assert reason in words(refused)
    with app.app_context():
        assert value_of(refused, f"jumlah-{stage.variant(cast.CHIPS)}") == typed
    assert value_of(refused, "telepon") == fields.get("telepon", "")
    assert orders(app) == 0


def test_what_an_office_buys_is_named_and_counted_apart(operator: Browser) -> None:
    app = operator.app
    school = {"instansi": "y", "nama_instansi": " SDN 1\n  Hanura "}
    add(operator, app, cast.CHIPS)
    refused = operator.post(
        COUNTER, sell(operator, app, cast.CHIPS, "1", instansi="y", nama_instansi="S" * 121)
    )
    assert refused.status_code == 422 and "paling banyak 120 huruf" in words(refused)
    assert value_of(refused, "nama_instansi") == "S" * 121 and orders(app) == 0
    sold = operator.post(COUNTER, sell(operator, app, cast.CHIPS, "1", **school))
    assert "Untuk instansi SDN 1 Hanura" in words(operator.get(sold.location))
    add(operator, app, stage.HONEY)
    plain = operator.post(COUNTER, sell(operator, app, stage.HONEY, "1"))
    assert "Untuk instansi" not in words(operator.get(plain.location))
    with app.app_context():
        assert [row.office for row in db.session.scalars(select(Order).order_by(Order.id))] == [
            "SDN 1 Hanura",
            None,
        ]
        stage.settle(at=now())
        month = period(month_wib(stage.order().placed_at))
        only = [INDICATORS[code] for code in ("SE-01", "TB-02")]
        figures = queries.figures(cast.HANURA, "village", month, at=now(), only=only)
        assert {each.code: each.value for each in figures} == {"SE-01": 68_000, "TB-02": 50_000}


def test_a_sale_is_taken_back_with_a_reason_and_the_day_counts_the_box(operator: Browser) -> None:
    app = operator.app
    for slug, price in ((cast.CHIPS, "18.000"), (stage.HONEY, "50.000")):
        add(operator, app, slug)
        sold = operator.post(COUNTER, sell(operator, app, slug, "1"))
        assert price in words(operator.get(sold.location))
    back = f"{sold.location.partition('?')[0]}/tarik"
    refused = operator.post(back, {"desa": cast.HANURA, "alasan": "Salah barang"})
    assert refused.status_code == 422 and "Kembalikan dulu uangnya" in words(refused)
    assert "Salah barang" in refused.text
    done = {"desa": cast.HANURA, "alasan": "Salah barang", "setuju": "y"}
    assert operator.post(back, done).status_code == 303
    assert operator.post(back, done | {"kunci": "lain"}).status_code == 409
    day = words(operator.get(f"{COUNTER}/hari"))
    assert "Tunai Rp18.000 Rp68.000 Rp50.000 2" in day and "Ditarik" in day
    paper = words(operator.get(f"{COUNTER}/hari/cetak"))
    assert "Tunai Rp18.000" in paper and "kembali Rp50.000" in paper
    rows = operator.get(f"{COUNTER}/hari.csv").text.splitlines()
    assert len(rows) == 3
    assert rows[1].endswith("Madu Hutan,,1,bungkus,50000,50000,Tunai,50000,Operator Hanura")
    nota = operator.get(sold.location)
    assert f"/gerai/jual/nota/{sold.location.split('/')[3].partition('?')[0]}-1" in nota.text
    assert (
        operator.get(f"/gerai/jual/nota/{sold.location.split('/')[3].partition('?')[0]}-1").status_code == 200
    )
    for day in ("2026-01-01", "0001-01-01", "9999-12-31", "kemarin"):
        assert operator.get(f"{COUNTER}/hari?tanggal={day}").status_code == 200


@pytest.mark.parametrize("wrong", ["9" * 20, "9" * 5_000, "\u0661"])
def test_what_can_be_no_goods_lies_on_no_table(operator: Browser, wrong: str) -> None:
    fields = {f"jumlah-{wrong}": "1", "aksi": "hitung", "desa": cast.HANURA}
    assert operator.post(COUNTER, fields).status_code == 200
    assert operator.get(COUNTER).status_code == 200


def test_only_the_operators_of_the_village_sell_there(operator: Browser) -> None:
    app = operator.app
    add(operator, app, cast.CHIPS)
    sold = operator.post(COUNTER, sell(operator, app, cast.CHIPS, "1"))
    number = sold.location.split("/")[3].partition("?")[0]
    pages = (
        COUNTER,
        f"{COUNTER}/hari",
        f"{COUNTER}/hari.csv",
        f"{COUNTER}/{number}",
        f"{COUNTER}/nota/{number}-1",
    )
    for who in (cast.ADMIN, cast.FINANCE, cast.SELLER, cast.PROVINCE_OFFICER, cast.BUYER):
        stranger = Browser(app, who)
        for page in pages:
            assert (who, page, stranger.get(f"{page}?desa={cast.HANURA}").status_code) == (who, page, 404)
        assert stranger.post(COUNTER, {"tambah": "1", "desa": cast.HANURA}).status_code == 404
        assert stranger.post(f"{COUNTER}/{number}/tarik", {"desa": cast.HANURA}).status_code == 404
    assert Browser(app).get(COUNTER).status_code == 303
    for who, offered in ((cast.OPERATOR, True), (cast.FINANCE, False)):
        assert (f'href="{COUNTER}"' in Browser(app, who).get("/gerai/pembayaran").text) is offered
    # The operator of this village serves no other one, and goods of others are not there.
    assert operator.get(f"{COUNTER}?desa={cast.PODOMORO}").status_code == 404
    with app.app_context():
        coffee = stage.variant(cast.COFFEE)
    assert operator.post(COUNTER, {"tambah": str(coffee), "desa": cast.HANURA}).status_code == 404
    assert cast.COFFEE not in operator.get(COUNTER).text


def test_the_seller_finds_the_sale_in_her_own_orders_and_money(operator: Browser) -> None:
    app = operator.app
    add(operator, app, cast.CHIPS)
    operator.post(COUNTER, sell(operator, app, cast.CHIPS, "1", telepon="081211112222"))
    seller = Browser(app, cast.SELLER)
    assert "Di gerai" in words(seller.get("/penjual/pesanan?status=selesai"))
    with app.app_context():
        number = stage.order().children[0].number
    page = words(seller.get(f"/penjual/pesanan/{number}"))
    assert "sudah diterima gerai untuk Anda" in page and "oleh petugas" in page
    assert "81211112222" not in page and "1211-1122" not in page
    assert "Di gerai" in words(seller.get("/penjual/saldo"))
    assert day_wib(now()).isoformat() in operator.get(f"{COUNTER}/hari").text


def test_a_page_asks_no_more_with_more_goods_and_more_sales(operator: Browser) -> None:
    app = operator.app
    asked: list[list[int]] = []
    for _round in range(2):
        add(operator, app, cast.CHIPS)
        operator.post(COUNTER, sell(operator, app, cast.CHIPS, "1"))
        with app.app_context():
            for number in range(4):
                with transaction():
                    more = f"lagi-{len(asked)}-{number}"
                    shop = factories.shop(cast.HER_SHOP)
                    factories.put_on_shelf(shop, slug=more, name=more, price=5_000, stock=3)
                stage.ring({more: 1, stage.HONEY: 1}, 55_000, at=now())
            add(operator, app, more)
            asked.append(
                [
                    count(partial(operator.get, page))
                    for page in (COUNTER, f"{COUNTER}/hari", f"{COUNTER}/hari.csv")
                ]
            )
    assert asked[0] == asked[1]
