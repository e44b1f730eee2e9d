"""How reliably a shop answers: what counts, what does not, and what buyers read."""

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from marketplace.orders import answering, steps
from marketplace.orders.answering import Question, Standing, answer_rate, standing
from marketplace.orders.models import SellerOrder
from marketplace.sellers.models import Shop
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT

HOUR = timedelta(hours=1)


def _kept() -> tuple[int, int, int]:
    db.session.expire_all()
    shop = factories.shop(cast.HER_SHOP)
    return shop.answers_asked, shop.answers_given, shop.answer_minutes


def _order() -> int:
    return factories.order({cast.CHIPS: 1}).order.children[0].id


def _answer(child_id: int, after: timedelta, step: str = "accept") -> None:
    more = {"reason": "Habis"} if step == "decline" else {}
    with transaction():
        getattr(steps, step)(child_id, actor="seller:1", at=AT + after, **more)


def _hear(at: timedelta = timedelta()) -> None:
    worker.drain(at=AT + at)


def test_declining_is_an_answer_too_and_half_of_the_answers_were_faster() -> None:
    asked = [Question(AT, AT + HOUR * wait) for wait in (1, 2, 9)] + [Question(AT, None)]
    assert standing(asked) == Standing(asked=4, given=3, minutes=120)
    assert standing([]) == Standing(0, 0, 0)


@pytest.mark.parametrize(
    ("asked", "given", "rate"), [(0, 0, None), (4, 4, None), (5, 5, 100), (5, 0, 0), (200, 199, 99)]
)
def test_the_rate_says_nothing_about_few_orders_and_100_means_all(
    asked: int, given: int, rate: int | None
) -> None:
    assert answer_rate(asked, given) == rate


def test_an_order_that_nobody_answered_counts_against_the_shop(app: Flask) -> None:
    with app.app_context():
        answered, declined, forgotten = _order(), _order(), _order()
        _answer(answered, HOUR)
        _answer(declined, 3 * HOUR, "decline")
        _hear(4 * HOUR)
        assert _kept() == (2, 2, 120)
        worker.end_overdue(AT + 25 * HOUR)
        assert db.session.get_one(SellerOrder, forgotten).status == "lapsed"
        _hear(25 * HOUR)
        assert _kept() == (3, 2, 120)


def test_what_the_buyer_took_back_and_what_a_shop_bought_from_itself_do_not_count(app: Flask) -> None:
    with app.app_context():
        taken_back, own = _order(), _order()
        with transaction():
            db.session.get_one(SellerOrder, own).self_purchase = True
        with transaction():
            steps.cancel(taken_back, actor="buyer", at=AT)
        _answer(own, HOUR)
        _hear()
        assert _kept() == (0, 0, 0)


def test_counting_again_gives_the_same_and_heals_what_was_wrong(app: Flask) -> None:
    with app.app_context():
        _answer(_order(), HOUR)
        _hear()
        with transaction():
            shop = factories.shop(cast.HER_SHOP)
            shop.answers_given = shop.answers_asked = 77
        for _time in range(2):
            with transaction():
                answering.recount(factories.shop(cast.HER_SHOP).id, at=AT)
            assert _kept() == (1, 1, 60)


def test_after_90_days_an_order_leaves_the_rate(app: Flask) -> None:
    with app.app_context():
        _answer(_order(), HOUR)
        _hear()
        assert worker.refresh_answers(AT + timedelta(hours=2)) == 0
        assert worker.refresh_answers(AT + timedelta(days=89)) == 1
        assert _kept() == (1, 1, 60)
        assert worker.refresh_answers(AT + timedelta(days=91)) == 1
        assert _kept() == (0, 0, 0)


def test_buyers_and_the_shop_read_the_rate(app: Flask) -> None:
    pages = (f"/toko/{cast.HER_SHOP}", f"/produk/{cast.CHIPS}")
    guest, seller = Browser(app), Browser(app, cast.SELLER)
    for address in pages:
        assert "Toko baru" in words(guest.get(address))
    with app.app_context(), transaction() as session:
        shop = session.query(Shop).filter_by(slug=cast.HER_SHOP).one()
        shop.answers_asked, shop.answers_given, shop.answer_minutes = 25, 24, 61
    for address in pages:
        assert "Menjawab 96 % pesanan, biasanya dalam 2 jam" in words(guest.get(address))
    assert "Menjawab 96 % pesanan" in words(seller.get("/penjual/pesanan"))
