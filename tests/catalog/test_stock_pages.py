"""The stock page of one product: what came, went, was counted, and how goods are made; who did it and why."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog import shelving, stock_history, stocking
from marketplace.catalog.models import StockMovement
from marketplace.catalog.shelving import StockChanged
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs
from marketplace.orders import steps
from marketplace.orders.placing import SoldOut
from tests import cast, factories
from tests.browsing import Browser, value_of, words
from tests.factories import AT

PAGE = f"/penjual/stok/{cast.CHIPS}"
HER = "seller:1"


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def on_hand(slug: str = cast.CHIPS) -> int:
    db.session.expire_all()
    return factories.product(slug).variants[0].on_hand


def moved(slug: str = cast.CHIPS) -> list[tuple[str, int, str]]:
    """Movements of a product: kind, pieces, reason."""
    variant = factories.product(slug).variants[0].id
    rows = select(StockMovement).where(StockMovement.variant_id == variant).order_by(StockMovement.id)
    return [(row.kind, row.quantity, row.reason) for row in db.session.scalars(rows)]


def recount(pieces: int, *, seen: int) -> int:
    with transaction():
        return shelving.recount(factories.product(cast.CHIPS), pieces, seen=seen, actor=HER, at=AT)


def correct(why: str, pieces: int, text: str = "") -> int:
    with transaction():
        mine = factories.product(cast.CHIPS)
        return shelving.correct(mine, pieces, why=why, words=text, actor=HER, at=AT)


def switch(on: bool) -> None:
    with transaction():
        shelving.make_to_order(factories.product(cast.CHIPS), on, at=AT)


def test_a_count_writes_the_difference(app: Flask) -> None:
    with app.app_context():
        assert recount(47, seen=50) == -3
        assert recount(47, seen=47) == 0
        assert on_hand() == 47 and moved()[1:] == [("counted", -3, "Dihitung penjual")]


def test_a_count_against_a_purchase_is_refused_and_tells_the_new_number(app: Flask) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 2})
        with pytest.raises(StockChanged, match="berubah menjadi 48") as refusal:
            recount(55, seen=50)
        assert refusal.value.on_hand == 48 == on_hand()


@pytest.mark.parametrize("why", [*shelving.LESS, *shelving.MORE])
def test_a_correction_says_why_and_loses_no_purchase(app: Flask, why: str) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 2})
        change = correct(why, 3, "Tikus")
        assert change == (3 if why in shelving.MORE else -3)
        assert on_hand() == 48 + change
        assert moved()[-1] == ("adjusted", change, f"{(shelving.LESS | shelving.MORE)[why]}. Tikus")
        assert proofs.prove(at=AT).holds


@pytest.mark.parametrize(
    ("why", "pieces", "text", "field"),
    [
        ("bosan", 1, "", "alasan"),
        ("lain-kurang", 1, " ", "catatan"),
        ("lain-tambah", 1, "", "catatan"),
        ("rusak", 0, "", "jumlah"),
        ("rusak", 51, "", "jumlah"),
        ("ditemukan", 1_000_001, "", "jumlah"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    app: Flask, why: str, pieces: int, text: str, field: str
) -> None:
    with app.app_context():
        with pytest.raises(Invalid) as refusal:
            correct(why, pieces, text)
        assert (refusal.value.field, on_hand()) == (field, 50)


def test_what_a_buyer_holds_can_be_neither_counted_nor_corrected_away(app: Flask) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 48}, pay="stripe")
        with pytest.raises(Invalid, match="48 sedang dipesan"):
            correct("rusak", 3)
        with pytest.raises(Invalid, match="48 sedang dipesan"):
            recount(47, seen=50)
        assert correct("rusak", 2) == -2
        assert on_hand() == 48


def test_the_pages_write_down_what_the_seller_says(app: Flask, seller: Browser) -> None:
    assert seller.post(f"{PAGE}/masuk", {"jumlah": "1.000", "catatan": "Panen"}).location == PAGE
    seller.post(f"{PAGE}/koreksi", {"jumlah": "4", "alasan": "dipakai", "catatan": "Contoh <gratis>"})
    seller.post(PAGE, {"jumlah": "1040", "semula": "1046"})
    page = seller.get(PAGE)
    assert "Dihitung ulang -6" in words(page) and "Stok masuk +1000" in words(page)
    assert "Dipakai sendiri. Contoh &lt;gratis&gt;" in page.text
    assert "· Sari · jadi 1040" in words(page)
    with app.app_context():
        assert on_hand() == 1040
        assert proofs.prove(at=AT).holds


@pytest.mark.parametrize(
    ("form", "fields", "reason"),
    [
        ("masuk", {"jumlah": "0"}, "dengan angka"),
        ("masuk", {"jumlah": "1.5", "catatan": "Panen"}, "dengan angka"),
        ("masuk", {"jumlah": "٣"}, "dengan angka"),
        ("masuk", {"jumlah": "999999", "catatan": "Panen"}, "paling banyak 1.000.000"),
        ("masuk", {"jumlah": "1", "catatan": "x" * 181}, "Paling banyak 180"),
        ("koreksi", {"jumlah": "1"}, "Pilih apa yang terjadi"),
        ("koreksi", {"jumlah": "1", "alasan": "lain-kurang"}, "Tulis apa yang terjadi"),
        ("koreksi", {"jumlah": "60", "alasan": "rusak"}, "Di rak hanya ada 50"),
        ("koreksi", {"jumlah": "-1", "alasan": "rusak"}, "dengan angka"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    app: Flask, seller: Browser, form: str, fields: dict[str, str], reason: str
) -> None:
    refused = seller.post(f"{PAGE}/{form}", fields)
    assert refused.status_code == 422
    assert reason in words(refused)
    for typed in fields.values():
        assert f'value="{typed}"' in refused.text
    with app.app_context():
        assert on_hand() == 50


def test_a_stale_count_is_answered_with_the_new_number(app: Flask, seller: Browser) -> None:
    shown = value_of(seller.get(PAGE), "semula")
    with app.app_context():
        factories.order({cast.CHIPS: 4})
    stale = seller.post(PAGE, {"jumlah": "60", "semula": shown})
    assert stale.status_code == 409
    assert "berubah menjadi 46" in words(stale)
    assert (value_of(stale, "semula"), value_of(stale, "jumlah")) == ("46", "60")
    with app.app_context():
        assert on_hand() == 46


def test_a_form_sent_twice_counts_once(app: Flask, seller: Browser) -> None:
    fields = {"jumlah": "10", "kunci": "sekali"}
    assert seller.post(f"{PAGE}/masuk", fields).status_code == 303
    assert seller.post(f"{PAGE}/masuk", fields).status_code == 303
    with app.app_context():
        assert on_hand() == 60


def test_another_shops_shelf_is_not_there(app: Flask) -> None:
    for stranger in (Browser(app, cast.OTHER_SELLER), Browser(app, cast.BUYER)):
        assert stranger.get(PAGE).status_code == 404
        fields = {"jumlah": "1", "alasan": "rusak", "aktif": "ya", "semula": "50"}
        for step in ("", "/masuk", "/koreksi", "/sesuai-pesanan"):
            assert stranger.post(PAGE + step, fields).status_code == 404
    with app.app_context():
        assert on_hand() == 50 and not factories.product(cast.CHIPS).variants[0].on_demand


def test_on_hand_held_and_available_are_told_apart(app: Flask, seller: Browser) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 3}, pay="stripe", at=now())
        factories.order({cast.CHIPS: 4}, at=now())
    text = words(seller.get(PAGE))
    assert "Di rak 46" in text and "Disisihkan 3" in text and "Bisa dibeli 43" in text
    assert "3 disisihkan, 43 bisa dibeli" in words(seller.get("/penjual/stok"))


def test_the_history_names_orders_and_turns_its_pages(
    app: Flask, seller: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_history, "PER_PAGE", 2)
    with app.app_context():
        number = factories.order({cast.CHIPS: 2}).order.children[0].number
        with transaction():
            steps.decline(1, actor=HER, at=AT, reason="Habis")
    first, second = seller.get(PAGE), seller.get(f"{PAGE}?halaman=2")
    assert f'href="/penjual/pesanan/{number}"' in first.text and "Kembali dari pesanan" in words(first)
    assert "jadi 48" in words(first) and "Stok awal" not in words(first)
    assert "Stok masuk +50" in words(second)


def test_goods_made_to_order_are_always_for_sale_and_their_count_waits(app: Flask, seller: Browser) -> None:
    assert seller.post(f"{PAGE}/sesuai-pesanan", {"aktif": "ya"}).location == PAGE
    assert "Hitungan 50 di rak tetap tersimpan" in words(seller.get(PAGE))
    with app.app_context():
        factories.order({cast.CHIPS: 80})
        assert on_hand() == 50 and moved()[1:] == []
    assert seller.post(f"{PAGE}/masuk", {"jumlah": "1"}).status_code == 409
    assert seller.post(f"{PAGE}/koreksi", {"jumlah": "1", "alasan": "rusak"}).status_code == 409
    seller.post(f"{PAGE}/sesuai-pesanan", {"aktif": "tidak"})
    with app.app_context():
        with pytest.raises(SoldOut):
            factories.order({cast.CHIPS: 51})
        factories.order({cast.CHIPS: 50})
        assert on_hand() == 0
        assert proofs.prove(at=AT).holds


def test_a_hold_from_before_the_switch_still_gets_its_pieces(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 5}, pay="stripe").order.children[0]
        child_id, number = child.id, child.number
        switch(True)
        with transaction():
            assert steps.mark_paid(child_id, at=AT)
        assert on_hand() == 45 and moved()[-1][:2] == ("sold", -5)
        with transaction():
            steps.decline(child_id, actor=HER, at=AT, reason="Habis")
        assert on_hand() == 50
        switch(False)
        assert stocking.held([factories.product(cast.CHIPS).variants[0].id], at=AT) == {}
        assert number in [row.order_number for row in history()]


def history() -> list[stock_history.HistoryRow]:
    return list(stock_history.history_of(factories.product(cast.CHIPS).variants[0], 1).rows)


def test_the_product_page_switches_too_and_the_seller_reads_what_stays(app: Flask) -> None:
    with app.app_context():
        switch(True)
        with pytest.raises(Conflict), transaction():
            shelving.add(factories.product(cast.CHIPS), 1, note="", actor=HER, at=AT)
        assert on_hand() == 50


def test_counts_and_purchases_at_once_lose_nothing(app: Flask) -> None:
    """Eight buyers, four who count what they saw, four who add: the shelf is the sum of what was taken on."""
    told: list[tuple[str, int]] = []
    start = threading.Barrier(16)

    def act(kind: str) -> None:
        with app.app_context():
            seen = factories.product(cast.CHIPS).variants[0].on_hand
            db.session.rollback()
            start.wait(30)
            try:
                if kind == "buy":
                    factories.order({cast.CHIPS: 2})
                    told.append((kind, -2))
                elif kind == "count":
                    told.append((kind, recount(seen + 7, seen=seen)))
                else:
                    with transaction():
                        mine = factories.product(cast.CHIPS)
                        shelving.add(mine, 3, note="", actor=HER, at=AT)
                    told.append((kind, 3))
            except StockChanged:
                told.append(("late", 0))
            db.session.remove()

    threads = [
        threading.Thread(target=act, args=(kind,)) for kind in ["buy"] * 8 + ["count"] * 4 + ["add"] * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert sorted(kind for kind, _change in told if kind in ("buy", "add")) == ["add"] * 4 + ["buy"] * 8
        assert sum(kind in ("count", "late") for kind, _change in told) == 4
        assert sum(kind == "count" for kind, _change in told) <= 1
        assert on_hand() == 50 + sum(change for _kind, change in told)
        assert proofs.prove(at=AT).holds
