"""A checkout whose buyer may not pay in cash says so beside the field, offers the rest, places nothing."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.orders import detours
from marketplace.orders.causes import Cause
from marketplace.orders.models import Order
from tests import cast, factories
from tests.factories import AT
from tests.orders.walks import walk
from tests.shopper import ADDRESS, Shopper, path_of


def orders(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Order.id))) or 0


def refuse_three(app: Flask, shopper: Shopper) -> None:
    for _ in range(3):
        shopper.order(cast.CHIPS)
        with app.app_context():
            last = db.session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).unique().one()
            child_id = walk(last.children[0], "shipped")
            with transaction():
                detours.fail(child_id, actor="seller:1", at=AT, cause=Cause.REFUSED)
            db.session.remove()


def test_who_refused_three_times_is_offered_the_other_ways(app: Flask, shopper: Shopper) -> None:
    with app.app_context():
        assert factories.product(cast.CHIPS).variants[0].on_hand == 50
    refuse_three(app, shopper)
    placed = orders(app)
    answer = shopper.order(cast.CHIPS)
    assert answer.status_code == 422
    assert answer.text.count("Bayar tunai belum bisa untuk nomor telepon ini") >= 1
    assert 'value="cod"' not in answer.text and 'value="stripe"' in answer.text
    assert ADDRESS["alamat"] in answer.text
    assert orders(app) == placed
    # Another phone from the same browser is another buyer.
    assert shopper.checkout(telepon="0812 9999 0000").status_code == 303


def test_a_known_phone_is_told_before_it_is_typed(app: Flask, shopper: Shopper) -> None:
    shopper.sign_in(cast.BUYER)
    refuse_three(app, shopper)
    shopper.take(cast.CHIPS)
    page = shopper.get(f"/checkout?wilayah={cast.HURUN}").text
    assert "Bayar tunai belum bisa" in page and 'value="cod"' not in page
    assert "Ubah tujuan" in page or "/checkout" in page


def test_the_settings_bound_what_lies_open(app: Flask, config: Config, shopper: Shopper) -> None:
    app.extensions["desamart"] = replace(config, cash_orders_open=1)
    assert path_of(shopper.order(cast.CHIPS)).startswith("/pesanan/")
    answer = shopper.order(cast.CHIPS)
    assert answer.status_code == 422
    assert "Paling banyak 1 pesanan tunai boleh berjalan sekaligus; Anda punya 1." in answer.text
    assert 'id="pembayaran-salah"' in answer.text
    assert orders(app) == 1
