"""A buyer complains, takes the complaint back, and sees what becomes of it."""

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs
from marketplace.orders import steps
from marketplace.orders.models import SellerOrder
from tests import cast, factories
from tests.factories import AT
from tests.orders.walks import walk
from tests.shopper import Shopper, path_of

WORDS = "Dua bungkus <sobek>"


def ordered(app: Flask, shopper: Shopper, state: str) -> str:
    """Where the order is seen whose first part was walked to a state."""
    location = path_of(shopper.order(cast.CHIPS, cast.COFFEE))
    with app.app_context():
        child = db.session.scalars(select(SellerOrder).order_by(SellerOrder.id)).unique().first()
        assert child is not None
        walk(child, state)
        db.session.remove()
    return location


def complain(shopper: Shopper, location: str, words: str = WORDS, step: str = "komplain") -> int:
    number, token = location.split("/pesanan/")[1].split("?token=")
    answer = shopper.post(f"/pesanan/{number}/{step}", toko=cast.HER_SHOP, alasan=words, token=token)
    return answer.status_code


def statuses(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(SellerOrder.status).order_by(SellerOrder.id)))


@pytest.mark.parametrize("state", ["shipped", "delivered"])
def test_a_complaint_stops_one_part_and_shows_its_words(app: Flask, shopper: Shopper, state: str) -> None:
    location = ordered(app, shopper, state)
    assert "/komplain" in shopper.get(location).text
    assert complain(shopper, location) == 303
    assert statuses(app) == ["disputed", "awaiting_confirmation"]
    page = shopper.get(location).text
    assert "Dua bungkus &lt;sobek&gt;" in page and "Komplain Anda sedang ditangani" in page
    assert "/komplain" not in page
    with app.app_context():
        assert steps.overdue(at=AT.replace(year=2036)) != []
        child = db.session.scalars(select(SellerOrder).where(SellerOrder.status == "disputed")).unique().one()
        assert child.deadline_at is None
        assert proofs.prove(at=AT).holds


@pytest.mark.parametrize(
    "state", ["awaiting_confirmation", "accepted", "packed", "delivery_failed", "completed", "disputed"]
)
def test_where_there_is_nothing_to_complain_about_it_is_refused(
    app: Flask, shopper: Shopper, state: str
) -> None:
    location = ordered(app, shopper, state)
    assert complain(shopper, location) == 409
    assert statuses(app)[0] == state


@pytest.mark.parametrize(("words", "reason"), [("  ", "Tulis apa yang tidak beres"), ("x" * 501, "500")])
def test_a_complaint_needs_words_and_keeps_them(
    app: Flask, shopper: Shopper, words: str, reason: str
) -> None:
    location = ordered(app, shopper, "delivered")
    number, token = location.split("/pesanan/")[1].split("?token=")
    answer = shopper.post(f"/pesanan/{number}/komplain", toko=cast.HER_SHOP, alasan=words, token=token)
    assert answer.status_code == 422
    assert reason in answer.text and words in answer.text
    assert statuses(app)[0] == "delivered"


def test_a_stranger_cannot_complain(app: Flask, shopper: Shopper, stranger: Shopper) -> None:
    location = ordered(app, shopper, "delivered")
    number = location.split("/pesanan/")[1].split("?", maxsplit=1)[0]
    stranger.sign_in(cast.OTHER_BUYER)
    answer = stranger.post(f"/pesanan/{number}/komplain", toko=cast.HER_SHOP, alasan=WORDS)
    assert answer.status_code == 404
    assert statuses(app)[0] == "delivered"


@pytest.mark.parametrize("state", ["shipped", "delivered"])
def test_a_complaint_that_is_withdrawn_completes_the_sale_with_its_cash(
    app: Flask, shopper: Shopper, state: str
) -> None:
    location = ordered(app, shopper, state)
    complain(shopper, location)
    assert "Masalahnya sudah selesai" in shopper.get(location).text
    assert complain(shopper, location, step="penerimaan") == 303
    assert statuses(app)[0] == "completed"
    assert "Pembeli menarik komplainnya." in shopper.get(location).text
    with app.app_context():
        result = proofs.prove(at=AT)
        assert result.holds, result.as_text()


def test_a_page_says_until_when_to_complain(app: Flask, shopper: Shopper) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 1}).order.children[0]
        with transaction():
            steps.accept(child.id, actor="seller:1", at=AT)
    location = ordered(app, shopper, "awaiting_confirmation")
    assert "Kalau tidak dijawab sampai" in shopper.get(location).text
