"""What is gone at checkout is taken out of the basket with a word; what is made to order never is."""

from flask import Flask

from marketplace.catalog import shelving
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.browsing import words
from tests.factories import AT
from tests.shopper import Shopper


def switch(slug: str, on: bool) -> None:
    with transaction():
        shelving.make_to_order(factories.product(slug), on, at=AT)


def buy(slug: str, pieces: int) -> None:
    factories.order({slug: pieces})


def test_a_line_that_sold_out_is_taken_out_and_what_is_made_to_order_stays(
    app: Flask, shopper: Shopper
) -> None:
    with app.app_context():
        switch(cast.CRACKERS, True)
    shopper.take(cast.CRACKERS, "45")
    shopper.take(cast.RARE_COFFEE)
    with app.app_context():
        buy(cast.RARE_COFFEE, 1)
        buy(cast.CRACKERS, 60)
    refused = shopper.checkout()
    assert refused.status_code == 422
    assert "Kopi Langka" in words(refused) and "Kerupuk Ikan" in words(refused)
    assert shopper.checkout().status_code == 303
    with app.app_context():
        assert factories.product(cast.CRACKERS).variants[0].on_hand == 30


def test_goods_that_are_counted_again_meanwhile_are_judged_by_their_count(
    app: Flask, shopper: Shopper
) -> None:
    with app.app_context():
        switch(cast.CRACKERS, True)
    shopper.take(cast.CRACKERS, "45")
    shopper.take(cast.CHIPS)
    with app.app_context():
        switch(cast.CRACKERS, False)
    refused = shopper.checkout()
    assert refused.status_code == 422
    assert "Kerupuk Ikan" in words(refused)
    assert shopper.checkout().status_code == 303
    with app.app_context():
        assert factories.product(cast.CRACKERS).variants[0].on_hand == 0
