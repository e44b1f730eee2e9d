"""Who may do what at a shop's desk: owners, staff, members of other shops, and a shop that is suspended."""

import re

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.sellers import opening
from marketplace.sellers.models import STAFF, ShopMember
from tests import cast, factories
from tests.shopper import Shopper, fields_of, path_of

BANK = {"bank": "Bank Lampung", "nomor": "3800123456", "nama": "Sari Dewi"}
CHIPS = f"/penjual/produk/{cast.CHIPS}"
SHELF = f"/penjual/stok/{cast.CHIPS}"
SELLING = [
    (CHIPS, {}),
    (f"{CHIPS}/tampil", {}),
    (f"{CHIPS}/hapus-foto", {"foto": "x"}),
    ("/penjual/produk/baru", {"nama": "Keripik Talas", "harga": "15000"}),
    (SHELF, {"jumlah": "90", "semula": "50"}),
    (f"{SHELF}/masuk", {"jumlah": "10"}),
    (f"{SHELF}/koreksi", {"jumlah": "5", "alasan": "hitung"}),
    (f"{SHELF}/sesuai-pesanan", {"aktif": "ya"}),
]


def _shopper(app: Flask, email: str) -> Shopper:
    shopper = Shopper(app.test_client())
    shopper.sign_in(email)
    return shopper


@pytest.fixture
def staff(app: Flask) -> Shopper:
    """A buyer who helps in her shop."""
    with app.app_context(), transaction():
        helper, shop = factories.person(cast.BUYER), factories.shop(cast.HER_SHOP)
        db.session.add(ShopMember(shop_id=shop.id, user_id=helper.id, role=STAFF, since=factories.AT))
    return _shopper(app, cast.BUYER)


def _suspend(app: Flask) -> None:
    with app.app_context(), transaction():
        opening.suspend(factories.shop(cast.HER_SHOP), at=factories.AT)


def test_staff_sell_but_do_not_say_where_the_money_goes(app: Flask, staff: Shopper) -> None:
    assert staff.post(f"{SHELF}/masuk", jumlah="10").status_code == 303
    page = staff.get("/penjual/produk")
    assert page.status_code == 200 and "/penjual/rekening" not in page.text
    assert staff.get("/penjual/rekening").status_code == 404
    assert staff.post("/penjual/rekening/bank", **BANK).status_code == 404
    assert staff.post("/penjual/rekening/qris", teks="x").status_code == 404
    owner = _shopper(app, cast.SELLER)
    assert "/penjual/rekening" in owner.get("/penjual/produk").text
    assert owner.post("/penjual/rekening/bank", **BANK).status_code == 303


def test_a_member_of_another_shop_writes_nothing_here(app: Flask) -> None:
    other = _shopper(app, cast.OTHER_SELLER)
    for path, fields in SELLING:
        assert other.post(path, toko=cast.HER_SHOP, **fields).status_code == 404, path
        if cast.CHIPS in path:
            assert other.post(path, **fields).status_code == 404, path
    with app.app_context():
        assert factories.product(cast.CHIPS).variants[0].on_hand == 50


def test_a_suspended_shop_cannot_sell_more(app: Flask) -> None:
    seller = _shopper(app, cast.SELLER)
    _suspend(app)
    for path, fields in SELLING:
        answer = seller.post(path, **fields)
        assert answer.status_code == 409 and "dihentikan sementara" in answer.text, path
    with app.app_context():
        assert factories.product(cast.CHIPS).variants[0].on_hand == 50


def test_a_suspended_shop_can_hide_goods(app: Flask) -> None:
    seller = _shopper(app, cast.SELLER)
    _suspend(app)
    assert path_of(seller.post(f"{CHIPS}/jeda")) == CHIPS
    with app.app_context():
        assert factories.product(cast.CHIPS).status == "paused"


def test_orders_placed_before_a_suspension_are_fulfilled(app: Flask) -> None:
    with app.app_context():
        number = factories.order({cast.CHIPS: 1}).order.children[0].number
    seller = _shopper(app, cast.SELLER)
    _suspend(app)
    address = f"/penjual/pesanan/{number}"
    for step in ("terima", "kemas", "kirim", "sampai"):
        page = seller.get(address).text
        fields = fields_of(page, f"{address}/{step}") | ({"kurir": "sendiri"} if step == "kirim" else {})
        assert seller.client.post(f"{address}/{step}", data=fields).status_code == 303, step


def test_the_shop_remembered_is_left_when_the_person_no_longer_works_there(
    app: Flask, staff: Shopper
) -> None:
    assert staff.get(f"/penjual/produk?toko={cast.HER_SHOP}").status_code == 200
    with app.app_context(), transaction():
        shop, helper = factories.shop(cast.HER_SHOP), factories.person(cast.BUYER)
        db.session.delete(db.session.get_one(ShopMember, (shop.id, helper.id)))
    assert staff.get("/penjual/produk").status_code == 404


GOODS = ("/penjual/produk", "/penjual/stok", "/penjual/izin")
# Goods may be hidden, and an import that waits may be given up.
SELLS_LESS = ("/penjual/produk/<slug>/jeda", "/penjual/produk/impor/<int:number>/batal")


def _forms(app: Flask) -> list[str]:
    """The addresses of all forms of the seller's pages."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return [rule for rule in rules if rule.startswith("/penjual/") and "<token>" not in rule]


def _filled(rule: str) -> str:
    return re.sub(r"<int:\w+>", "1", rule.replace("<slug>", cast.CHIPS).replace("<number>", "DM-1-1"))


def test_no_form_about_goods_is_taken_from_a_suspended_shop(app: Flask) -> None:
    seller = _shopper(app, cast.SELLER)
    _suspend(app)
    token = seller.token()
    rules = [rule for rule in _forms(app) if rule.startswith(GOODS) and rule not in SELLS_LESS]
    assert len(rules) > 12
    found = {rule: seller.client.post(_filled(rule), data={"csrf_token": token}) for rule in rules}
    assert {rule: answer.status_code for rule, answer in found.items() if answer.status_code != 409} == {}


def test_no_form_of_a_shop_is_taken_from_others(app: Flask) -> None:
    rules = [rule for rule in _forms(app) if rule != "/penjual/toko/baru"]
    assert len(rules) > 40
    for email in (cast.OTHER_SELLER, cast.VILLAGE_OFFICER_OF_ELSEWHERE, cast.OPERATOR, cast.ADMIN):
        stranger = _shopper(app, email)
        fields = {"csrf_token": stranger.token(), "toko": cast.HER_SHOP}
        found = {rule: stranger.client.post(_filled(rule), data=fields) for rule in rules}
        wrong = {rule: answer.status_code for rule, answer in found.items() if answer.status_code != 404}
        assert wrong == {}, email
