"""The proof of the facts names every row that disagrees with the orders, and is silent when all agree."""

import pytest
from flask import Flask

from marketplace.indicators.proofs import differences
from tests import cast
from tests.indicators import world


@pytest.fixture
def sold(app: Flask) -> Flask:
    """Three completed lines and their facts."""
    with app.app_context():
        world.sell({cast.CHIPS: 2, cast.CRACKERS: 1, cast.COFFEE: 1}, at=world.AT)
    return app


def test_no_difference_when_facts_and_orders_agree(sold: Flask) -> None:
    with sold.app_context():
        assert len(world.stored()) == 3
        assert differences() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("net", 1),
        ("grams", None),
        ("month", "2026-12"),
        ("village_code", cast.HURUN),
        ("payment_method", "qris"),
        ("buyer_key", "somebody else"),
        ("quantity", 99),
        ("product_name", "Lain"),
        ("shop_id", 77),
    ],
)
def test_a_corrupted_value_is_named_with_both_sides(sold: Flask, field: str, value: object) -> None:
    with sold.app_context():
        facts = world.stored()
        was = facts[1][field]
        facts[1][field] = value
        world.store(facts)
        assert differences() == [f"{facts[1]['source']}: {field} is {value!r}, its order line says {was!r}"]


def test_a_missing_fact_is_named(sold: Flask) -> None:
    with sold.app_context():
        facts = world.stored()
        world.store(facts[:-1])
        [sentence] = differences()
        assert sentence.startswith(facts[-1]["source"]) and "no fact" in sentence


def test_a_superfluous_fact_is_named(sold: Flask) -> None:
    with sold.app_context():
        world.store([*world.stored(), world.fact(999_999, cast.HANURA, 5_000)])
        [sentence] = differences()
        assert sentence.startswith("sale:999999") and "no completed sale" in sentence


def test_a_second_fact_for_the_same_line_is_named(sold: Flask) -> None:
    with sold.app_context():
        facts = world.stored()
        world.store([*facts, facts[0] | {"source": "sale:0"}])
        [sentence] = differences()
        assert sentence.startswith("sale:0:")


def test_a_sale_that_the_worker_has_not_seen_yet_is_late_but_not_lost(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 1}, at=world.AT, listen=False)
        assert world.stored() == []
        assert differences() == []


def test_a_long_list_of_differences_is_cut_and_says_so(sold: Flask) -> None:
    with sold.app_context():
        world.store([])
        assert len(differences(most=3)) == 3
        assert differences(most=2)[-1] == "and 1 more differences between facts and orders"
