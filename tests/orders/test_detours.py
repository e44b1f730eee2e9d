"""The seller's ways off the straight road, on the pages: each form, each refusal, each wrong state."""

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog.models import StockMovement
from marketplace.extensions import db
from marketplace.operations import proofs, worker
from marketplace.orders.models import SellerOrder, SellerOrderEvent
from marketplace.payments.models import Refund
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT
from tests.orders.walks import walk

LIST = "/penjual/pesanan"
FIELDS = {
    "batalkan": {"alasan": "Kemasan terakhir rusak"},
    "gagal-kirim": {"alasan": "tidak-di-rumah"},
    "kembali": {"layak": "ya"},
    "selesaikan": {"alasan": "Separuh uang kembali"},
}
FROM = {
    "batalkan": ("accepted", "packed"),
    "gagal-kirim": ("shipped",),
    "kembali": ("ready_for_pickup", "delivery_failed", "disputed"),
}
TO = {"batalkan": "cancelled_by_seller", "gagal-kirim": "delivery_failed", "kembali": "returned"}
EVERYWHERE = (
    *("awaiting_confirmation", "accepted", "packed", "ready_for_pickup", "shipped", "delivered"),
    *("delivery_failed", "disputed", "completed", "declined", "cancelled_by_seller", "returned"),
)


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


def placed(app: Flask, state: str, pieces: int = 2) -> str:
    """The number of a cash order of hers that stands in `state`."""
    pickup = "ambil" if state == "ready_for_pickup" else "antar"
    pay = "ambil" if state == "ready_for_pickup" else "cod"
    with app.app_context():
        child = factories.order({cast.CHIPS: pieces}, delivery=pickup, pay=pay).order.children[0]
        number = child.number
        walk(child, state)
        db.session.remove()
    return number


def status(app: Flask, number: str) -> str:
    with app.app_context():
        return db.session.scalars(select(SellerOrder.status).where(SellerOrder.number == number)).one()


def last_event(app: Flask, number: str) -> tuple[str, str]:
    """Words and cause of the last event."""
    with app.app_context():
        rows = (
            select(SellerOrderEvent)
            .join(SellerOrder, SellerOrder.id == SellerOrderEvent.seller_order_id)
            .where(SellerOrder.number == number)
            .order_by(SellerOrderEvent.id.desc())
            .limit(1)
        )
        event = db.session.scalars(rows).one()
        return event.reason, event.cause


def on_hand(app: Flask) -> int:
    with app.app_context():
        return factories.product(cast.CHIPS).variants[0].on_hand


def holds(app: Flask) -> bool:
    with app.app_context():
        result = proofs.prove(at=factories.AT)
        return result.holds


@pytest.mark.parametrize(("step", "state"), [(step, state) for step in FROM for state in FROM[step]])
def test_a_step_is_offered_where_it_can_be_taken_and_leads_where_it_says(
    app: Flask, seller: Browser, step: str, state: str
) -> None:
    number = placed(app, state)
    assert f'action="{LIST}/{number}/{step}"' in seller.get(f"{LIST}/{number}").text
    answer = seller.post(f"{LIST}/{number}/{step}", FIELDS[step])
    assert (answer.status_code, answer.location) == (303, f"{LIST}/{number}")
    assert status(app, number) == TO[step]
    assert holds(app)


@pytest.mark.parametrize("step", list(FROM))
def test_a_step_from_any_other_state_is_refused_and_changes_nothing(
    app: Flask, seller: Browser, step: str
) -> None:
    for state in EVERYWHERE:
        if state in FROM[step]:
            continue
        number = placed(app, state, 1)
        answer = seller.post(f"{LIST}/{number}/{step}", FIELDS[step])
        assert (state, answer.status_code) == (state, 409)
        assert "tidak bisa lagi" in words(answer)
        assert status(app, number) == state
        assert f'action="{LIST}/{number}/{step}"' not in answer.text
    assert holds(app)


def test_a_step_sent_twice_happens_once(app: Flask, seller: Browser) -> None:
    number = placed(app, "accepted")
    fields = FIELDS["batalkan"]
    assert seller.post(f"{LIST}/{number}/batalkan", {**fields, "kunci": "k1"}).status_code == 303
    assert seller.post(f"{LIST}/{number}/batalkan", {**fields, "kunci": "k1"}).status_code == 303
    assert seller.post(f"{LIST}/{number}/batalkan", fields).status_code == 409
    assert on_hand(app) == 50
    assert holds(app)


def test_orders_of_another_shop_are_not_there(app: Flask) -> None:
    strangers = [Browser(app, cast.OTHER_SELLER), Browser(app, cast.BUYER)]
    for state, step in [("accepted", "batalkan"), ("shipped", "gagal-kirim"), ("disputed", "selesaikan")]:
        number = placed(app, state)
        for stranger in strangers:
            assert stranger.post(f"{LIST}/{number}/{step}", FIELDS[step]).status_code == 404
            assert stranger.post(f"{LIST}/{number}/kembali", FIELDS["kembali"]).status_code == 404
        assert status(app, number) == state


@pytest.mark.parametrize(
    ("form", "reason", "kept"),
    [
        (("accepted", "batalkan", {"alasan": "  "}), "Tulis alasannya", ""),
        (("packed", "batalkan", {"alasan": "rusak " * 100}), "Paling banyak 500", "rusak rusak"),
        (("shipped", "gagal-kirim", {"catatan": "Jam 9 pagi"}), "Pilih apa yang terjadi", "Jam 9 pagi"),
        (("shipped", "gagal-kirim", {"alasan": "lain"}), "Tulis apa yang terjadi", 'value="lain"'),
        (("delivery_failed", "kembali", {}), "Pilih ya atau tidak", ""),
        (("delivery_failed", "kembali", {"layak": "?", "alasan": "Sobek"}), "Pilih ya atau tidak", "Sobek"),
        (("disputed", "kembali", {"layak": "tidak"}), "Tulis mengapa barangnya", ""),
        (("disputed", "selesaikan", {"alasan": ""}), "Tulis bagaimana diselesaikan", ""),
    ],
)
def test_a_form_without_its_answers_is_refused_and_keeps_what_was_typed(
    app: Flask, seller: Browser, form: tuple[str, str, dict[str, str]], reason: str, kept: str
) -> None:
    state, step, fields = form
    number = placed(app, state)
    refused = seller.post(f"{LIST}/{number}/{step}", fields)
    assert refused.status_code == 422
    assert reason in words(refused) and kept in refused.text
    assert status(app, number) == state


def test_the_buyer_reads_why_an_accepted_order_was_called_off(app: Flask, seller: Browser) -> None:
    number = placed(app, "packed")
    assert on_hand(app) == 48
    seller.post(f"{LIST}/{number}/batalkan", {"alasan": "Kemasan <rusak>"})
    assert on_hand(app) == 50
    tracked = Browser(app).get(f"/lacak?nomor={number}&telepon=7890")
    assert "Kemasan &lt;rusak&gt;" in tracked.text and "Dibatalkan penjual" in words(tracked)


def test_a_refusal_at_the_door_is_remembered_as_one(app: Flask, seller: Browser) -> None:
    number = placed(app, "shipped")
    seller.post(f"{LIST}/{number}/gagal-kirim", {"alasan": "ditolak", "catatan": "Katanya tidak pesan"})
    assert last_event(app, number) == ("Pembeli menolak menerima. Katanya tidak pesan", "refused")


def test_words_of_its_own_are_taken_as_another_reason(app: Flask, seller: Browser) -> None:
    number = placed(app, "shipped")
    assert seller.post(f"{LIST}/{number}/gagal-kirim", {"alasan": "Jembatan putus"}).status_code == 303
    assert last_event(app, number) == ("Jembatan putus", "other")


def test_what_did_not_arrive_is_sent_once_more(app: Flask, seller: Browser) -> None:
    number = placed(app, "delivery_failed")
    page = seller.get(f"{LIST}/{number}")
    assert "Kirim lagi" in words(page) and "Tidak ada orang di rumah" in words(page)
    answer = seller.post(f"{LIST}/{number}/kirim", {"kurir": "jne", "resi": "JT1234567890"})
    assert answer.status_code == 303
    assert status(app, number) == "shipped"
    assert seller.post(f"{LIST}/{number}/sampai").status_code == 303
    assert on_hand(app) == 48
    assert holds(app)


def test_goods_that_can_be_sold_again_go_back_on_the_shelf(app: Flask, seller: Browser) -> None:
    number = placed(app, "delivery_failed", 3)
    assert on_hand(app) == 47
    seller.post(f"{LIST}/{number}/kembali", {"layak": "ya"})
    assert on_hand(app) == 50
    assert holds(app)


def test_goods_that_cannot_be_sold_again_stay_off_the_shelf_with_their_reason(
    app: Flask, seller: Browser
) -> None:
    number = placed(app, "delivery_failed", 3)
    seller.post(f"{LIST}/{number}/kembali", {"layak": "tidak", "alasan": "Basah kena hujan"})
    assert on_hand(app) == 47
    with app.app_context():
        rows = (
            select(StockMovement).where(StockMovement.reference == number).order_by(StockMovement.id.desc())
        )
        moved = [(row.kind, row.quantity, row.reason) for row in db.session.scalars(rows)]
    assert moved == [("adjusted", -3, "Basah kena hujan"), ("returned", 3, ""), ("sold", -3, "")]
    assert last_event(app, number)[0] == "Basah kena hujan"
    assert holds(app)


def test_what_nobody_fetched_is_remembered(app: Flask, seller: Browser) -> None:
    number = placed(app, "ready_for_pickup")
    seller.post(f"{LIST}/{number}/kembali", {"layak": "ya"})
    assert last_event(app, number) == ("Tidak diambil pembeli", "not_collected")
    assert on_hand(app) == 50


def test_a_seller_closes_no_complaint_without_giving_money_back(app: Flask, seller: Browser) -> None:
    number = placed(app, "disputed")
    page = seller.get(f"{LIST}/{number}")
    assert "Dua bungkus sobek" in words(page) and f'action="{LIST}/{number}/selesaikan"' in page.text
    answer = seller.post(f"{LIST}/{number}/selesaikan", FIELDS["selesaikan"])
    assert answer.status_code == 409
    assert "Kembalikan dulu sebagian uangnya" in words(answer) and "Separuh uang kembali" in answer.text
    assert status(app, number) == "disputed"


def test_a_seller_closes_a_complaint_by_giving_a_part_back(app: Flask, seller: Browser) -> None:
    number = placed(app, "disputed")
    page = f"{LIST}/{number}"
    refund = f"{page}/pengembalian-dana"
    with app.app_context():
        # A complaint about goods on their way leaves cash open; these were delivered and paid.
        assert worker.drain(at=AT) == 0
        db.session.remove()
    assert f'href="{refund}"' in seller.get(page).text
    given = seller.post(refund, {"jumlah": "9.000", "alasan": "Satu bungkus sobek"})
    assert (given.status_code, given.location) == (303, refund)
    assert status(app, number) == "disputed"
    closed = seller.post(f"{page}/selesaikan", FIELDS["selesaikan"])
    assert (closed.status_code, closed.location) == (303, page)
    assert "Komplain ditutup dan pesanan selesai." in words(seller.get(page))
    assert status(app, number) == "completed"
    assert last_event(app, number)[0] == "Separuh uang kembali"
    key = refund_key(app)
    assert key in seller.get(refund).text
    noted = seller.post(f"{refund}/{key}/diberikan", {"catatan": "Tunai di rumah"})
    assert noted.status_code == 303
    again = seller.post(f"{page}/selesaikan", FIELDS["selesaikan"])
    assert again.status_code == 409
    with app.app_context():
        child = db.session.scalars(select(SellerOrder).where(SellerOrder.number == number)).unique().one()
        assert child.goods_back == 9_000
    assert holds(app)


def refund_key(app: Flask) -> str:
    """The key of the only refund."""
    with app.app_context():
        return db.session.scalars(select(Refund.key)).one()


def test_a_complaint_is_among_the_sellers_tasks(app: Flask, seller: Browser) -> None:
    number = placed(app, "disputed")
    page = seller.get(f"{LIST}?status=tindakan")
    assert number in page.text and "Jawab komplain" in words(page)
