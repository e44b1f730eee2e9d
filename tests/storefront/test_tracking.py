"""An order on its buyer's side: who sees it, what they may do, what a guess finds out."""

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.orders import steps
from marketplace.orders.models import Order, SellerOrder
from marketplace.payments import starting
from tests import cast, factories
from tests.shopper import Shopper, path_of


def number_in(location: str) -> str:
    return location.split("/pesanan/")[1].split("?", maxsplit=1)[0]


def token_in(location: str) -> str:
    return location.split("token=")[1]


def statuses(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(SellerOrder.status).order_by(SellerOrder.id)))


def ship(app: Flask) -> None:
    """Walk the first seller order to the door."""
    with app.app_context():
        child = db.session.scalars(select(SellerOrder).order_by(SellerOrder.id)).first()
        assert child is not None
        factories.deliver(child)


def test_a_guest_opens_the_order_with_its_link_only(shopper: Shopper, stranger: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    number = number_in(location)
    assert stranger.get(location).status_code == 200
    for path in (f"/pesanan/{number}", f"/pesanan/{number}?token=", f"/pesanan/{number}?token=salah"):
        assert stranger.get(path).status_code == 404


def test_an_owner_opens_it_signed_in_and_others_do_not(shopper: Shopper, stranger: Shopper) -> None:
    shopper.sign_in(cast.BUYER)
    number = number_in(path_of(shopper.order(cast.CHIPS)))
    assert shopper.get(f"/pesanan/{number}").status_code == 200
    assert number in shopper.get("/pesanan").text
    stranger.sign_in(cast.OTHER_BUYER)
    assert stranger.get(f"/pesanan/{number}").status_code == 404
    assert number not in stranger.get("/pesanan").text


def test_own_orders_need_a_sign_in(shopper: Shopper) -> None:
    assert path_of(shopper.get("/pesanan")) == "/masuk?next=%2Fpesanan"


def test_the_page_shows_each_seller_with_what_comes_next(shopper: Shopper) -> None:
    page = shopper.get(path_of(shopper.order(cast.CHIPS, cast.COFFEE))).text
    assert "Keripik Bu Sari" in page and "Kopi Podomoro" in page
    assert "Menunggu konfirmasi penjual" in page and "Penjual akan menjawab" in page
    assert "Simpan tautan ini" in page


def test_only_the_first_look_congratulates(shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    assert "sudah masuk!" in shopper.get(location).text
    assert "sudah masuk!" not in shopper.get(location).text


def test_a_part_is_cancelled_alone_and_gives_its_stock_back(app: Flask, shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS, cast.COFFEE))
    path = f"/pesanan/{number_in(location)}/pembatalan"
    answer = shopper.post(path, toko=cast.HER_SHOP, alasan="Salah pilih", token=token_in(location))
    assert path_of(answer) == location
    assert statuses(app) == ["cancelled", "awaiting_confirmation"]
    with app.app_context():
        assert factories.product(cast.CHIPS).variants[0].on_hand == 50
    assert "Salah pilih" in shopper.get(location).text


def test_what_the_seller_has_accepted_is_not_cancelled(app: Flask, shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    with app.app_context():
        child_id = db.session.scalars(select(SellerOrder.id)).one()
        with transaction():
            steps.accept(child_id, actor="seller:1", at=factories.AT)
    path = f"/pesanan/{number_in(location)}/pembatalan"
    answer = shopper.post(path, toko=cast.HER_SHOP, token=token_in(location))
    assert answer.status_code == 409
    assert "“Diterima penjual”, jadi langkah ini tidak bisa lagi" in answer.text
    assert f'<h1>Pesanan <span class="nowrap">{number_in(location)}' in answer.text
    assert statuses(app) == ["accepted"]
    assert "Batalkan pesanan dari toko ini" not in shopper.get(location).text


def test_too_long_a_reason_is_refused_and_kept(app: Flask, shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    path = f"/pesanan/{number_in(location)}/pembatalan"
    answer = shopper.post(path, toko=cast.HER_SHOP, alasan="x" * 301, token=token_in(location))
    assert answer.status_code == 422
    assert "paling banyak 300" in answer.text and "x" * 301 in answer.text
    assert statuses(app) == ["awaiting_confirmation"]


@pytest.mark.parametrize("step", ["pembatalan", "penerimaan", "pembayaran", "cek-pembayaran"])
def test_a_stranger_can_do_nothing_with_it(
    app: Flask, shopper: Shopper, stranger: Shopper, step: str
) -> None:
    number = number_in(path_of(shopper.order(cast.CHIPS)))
    stranger.sign_in(cast.OTHER_BUYER)
    for fields in ({}, {"token": "salah"}):
        assert stranger.post(f"/pesanan/{number}/{step}", toko=cast.HER_SHOP, **fields).status_code == 404
    assert statuses(app) == ["awaiting_confirmation"]


def test_an_order_has_nothing_of_a_shop_that_is_not_in_it(shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    path = f"/pesanan/{number_in(location)}/pembatalan"
    for shop in (cast.HIS_SHOP, "tidak-ada", ""):
        assert shopper.post(path, toko=shop, token=token_in(location)).status_code == 404


def test_the_buyer_confirms_that_it_arrived(app: Flask, shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    ship(app)
    assert "Pesanan sudah saya terima" in shopper.get(location).text
    path = f"/pesanan/{number_in(location)}/penerimaan"
    assert path_of(shopper.post(path, toko=cast.HER_SHOP, token=token_in(location))) == location
    assert statuses(app) == ["completed"]
    assert shopper.post(path, toko=cast.HER_SHOP, token=token_in(location)).status_code == 409


def test_nothing_is_confirmed_before_it_is_on_its_way(app: Flask, shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    path = f"/pesanan/{number_in(location)}/penerimaan"
    assert shopper.post(path, toko=cast.HER_SHOP, token=token_in(location)).status_code == 409
    assert statuses(app) == ["awaiting_confirmation"]


def test_tracking_by_number_and_phone_shows_the_state_and_no_address(
    shopper: Shopper, stranger: Shopper
) -> None:
    number = number_in(path_of(shopper.order(cast.CHIPS)))
    page = stranger.get(f"/lacak?nomor={number.lower()}&telepon=7890")
    assert page.status_code == 200
    assert "Menunggu konfirmasi penjual" in page.text
    assert "Dusun 2" not in page.text and "Budi" not in page.text and "81234567890" not in page.text


def test_people_may_copy_the_whole_phone_or_a_sellers_number(shopper: Shopper, stranger: Shopper) -> None:
    number = number_in(path_of(shopper.order(cast.CHIPS)))
    assert stranger.get(f"/lacak?nomor={number}-1&telepon=081234567890").status_code == 200


def test_a_wrong_guess_and_an_unknown_number_answer_alike(shopper: Shopper, stranger: Shopper) -> None:
    number = number_in(path_of(shopper.order(cast.CHIPS)))
    wrong = stranger.get(f"/lacak?nomor={number}&telepon=0000")
    unknown = stranger.get("/lacak?nomor=DM-261122-AAAAAA&telepon=0000")
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.text.replace(number, "#") == unknown.text.replace("DM-261122-AAAAAA", "#")
    for tail in ("", "٧٨٩٠", "890"):
        assert stranger.get(f"/lacak?nomor={number}&telepon={tail}").status_code == 404


def test_guessing_is_slowed_down(stranger: Shopper) -> None:
    answers = [stranger.get("/lacak?nomor=DM-1&telepon=0000").status_code for _ in range(35)]
    assert answers[0] == 404 and answers[-1] == 429
    assert stranger.get("/lacak").status_code == 200


def test_coming_back_from_paying_nobody_is_asked_to_pay_twice(
    app: Flask, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "begin", lambda *_args, **_named: "https://checkout.stripe.com/c/pay/x")
    shopper.sign_in(cast.BUYER)
    shopper.order(cast.CHIPS, pay="stripe")
    with app.app_context():
        number = db.session.scalars(select(Order.number)).one()
    assert "Bayar sekarang" in shopper.get(f"/pesanan/{number}").text
    assert "Bayar sekarang" in shopper.get(f"/pesanan/{number}?bayar=batal").text
    back = shopper.get(f"/pesanan/{number}?bayar=selesai").text
    assert "Bayar sekarang" not in back and "Cek pembayaran" in back


def test_renaming_goods_leaves_the_order_as_it_was(app: Flask, shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    with app.app_context(), transaction():
        factories.product(cast.CHIPS).name = "Nama Baru"
    page = shopper.get(location).text
    assert "Keripik Pisang Cokelat" in page and "Nama Baru" not in page


def test_the_buyers_name_is_shown_as_text(app: Flask, shopper: Shopper) -> None:
    evil = "<script>alert(1)</script>"
    location = path_of(shopper.order(cast.CHIPS, nama=evil, alamat=evil, patokan=evil))
    assert "<script>alert" not in shopper.get(location).text
    with app.app_context():
        assert db.session.scalars(select(Order.name)).one() == evil


def test_the_orders_link_stays_here_and_its_forms_work_over_https(app: Flask, shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    page = shopper.get(location)
    # The token goes to no other site, but our own forms need the referrer: over https it is compared.
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert 'name="referrer"' not in page.text and 'content="noindex"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
