"""A form sent twice acts once and answers alike; another content under its key is refused."""

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit import once
from marketplace.kit.idempotency import AnsweredRequest
from marketplace.kit.transaction import beginning_with, transaction
from marketplace.orders.models import SellerOrder, SellerOrderEvent
from tests import cast, factories
from tests.shopper import Shopper, fields_of, hidden, path_of


@pytest.fixture
def shopper(client: FlaskClient) -> Shopper:
    return Shopper(client)


@pytest.fixture
def order_page(shopper: Shopper) -> str:
    """A fresh cash order's page."""
    return path_of(shopper.order(cast.CHIPS))


def _cancellation(shopper: Shopper, page: str) -> tuple[str, dict[str, str]]:
    address = page.partition("?")[0] + "/pembatalan"
    return address, fields_of(shopper.get(page).text, address)


def test_each_form_gets_a_key_of_its_own(shopper: Shopper, order_page: str) -> None:
    keys = {hidden(shopper.get(order_page).text, "kunci") for _time in range(3)}
    assert len(keys) == 3 and all(len(key) > 40 for key in keys)


def test_the_same_form_again_answers_the_same_and_acts_once(
    app: Flask, shopper: Shopper, order_page: str
) -> None:
    address, form = _cancellation(shopper, order_page)
    answers = [shopper.client.post(address, data=form) for _time in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.location for answer in answers} == {order_page}
    with app.app_context():
        assert db.session.scalar(select(func.count(SellerOrderEvent.id))) == 2


def test_without_a_key_the_second_is_told_that_it_is_too_late(shopper: Shopper, order_page: str) -> None:
    address, form = _cancellation(shopper, order_page)
    del form["kunci"]
    assert [shopper.client.post(address, data=form).status_code for _time in range(2)] == [303, 409]


def test_other_content_under_the_key_is_refused_and_moves_nothing(
    app: Flask, shopper: Shopper, order_page: str
) -> None:
    address, form = _cancellation(shopper, order_page)
    assert shopper.client.post(address, data=form).status_code == 303
    answer = shopper.client.post(address, data=form | {"alasan": "berubah"})
    assert answer.status_code == 422 and "isi lain" in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count(SellerOrderEvent.id))) == 2


@pytest.mark.parametrize("key", ["x" * 65, "a\nb"])
def test_what_is_no_key_is_refused(shopper: Shopper, order_page: str, key: str) -> None:
    address, form = _cancellation(shopper, order_page)
    assert shopper.client.post(address, data=form | {"kunci": key}).status_code == 422


def test_a_refused_form_gives_its_key_free(app: Flask, shopper: Shopper, order_page: str) -> None:
    address, form = _cancellation(shopper, order_page)
    assert shopper.client.post(address, data=form | {"alasan": "x" * 400}).status_code == 422
    assert shopper.client.post(address, data=form).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(SellerOrder.status)).one() == "cancelled"


def test_two_guests_keys_never_meet(app: Flask, shopper: Shopper) -> None:
    other = Shopper(app.test_client())
    for guest in (shopper, other):
        page = path_of(guest.order(cast.CHIPS))
        address, form = _cancellation(guest, page)
        assert guest.client.post(address, data=form | {"kunci": "123"}).location == page
    with app.app_context():
        assert set(db.session.scalars(select(SellerOrder.status))) == {"cancelled"}


def test_twenty_presses_at_once_take_one_step(app: Flask, shopper: Shopper, order_page: str) -> None:
    address, form = _cancellation(shopper, order_page)
    cookie = shopper.client.get_cookie("desamart")
    assert cookie

    def press(_number: int) -> tuple[int, str]:
        client = app.test_client()
        client.set_cookie("desamart", cookie.value)
        answer = client.post(address, data=form)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(20) as presses:
        answers = set(presses.map(press, range(20)))
    assert answers == {(303, order_page)}
    with app.app_context():
        assert db.session.scalar(select(func.count(SellerOrderEvent.id))) == 2
        assert (
            len(db.session.scalars(select(AnsweredRequest).where(AnsweredRequest.answer == order_page)).all())
            == 1
        )


def test_only_the_next_transaction_begins_with_it(app: Flask) -> None:
    begun: list[str] = []
    with app.app_context():
        with beginning_with(lambda: begun.append("first")):
            for _time in range(2):
                with transaction():
                    begun.append("block")
        with transaction():
            begun.append("block")
        factories.order({cast.CHIPS: 1})
    assert begun == ["first", "block", "block", "block"]


def test_of_two_contents_under_one_key_at_once_the_second_is_refused(
    app: Flask, shopper: Shopper, order_page: str
) -> None:
    """The first has claimed the key and not committed yet when the second one comes."""
    address, form = _cancellation(shopper, order_page)
    cookie = shopper.client.get_cookie("desamart")
    assert cookie
    other = app.test_client()
    other.set_cookie("desamart", cookie.value)
    claimed, go_on = Event(), Event()
    claim = once._claim

    def slowly(*claims: str) -> None:
        claim(*claims)
        claimed.set()
        go_on.wait(30)

    with ThreadPoolExecutor(2) as presses, pytest.MonkeyPatch.context() as patch:
        patch.setattr(once, "_claim", slowly)
        first = presses.submit(shopper.client.post, address, data=form)
        assert claimed.wait(30)
        patch.setattr(once, "_claim", claim)
        second = presses.submit(other.post, address, data=form | {"alasan": "lain"})
        # On PostgreSQL it waits for the key, on SQLite for its turn.
        assert wait([second], timeout=0.5).not_done
        go_on.set()
        assert (first.result().status_code, second.result().status_code) == (303, 422)
