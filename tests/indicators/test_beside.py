"""What is shown beside the set: what people said at the checkout and in complaints, until it is a figure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from marketplace.extensions import db
from marketplace.indicators import proofs, queries
from marketplace.indicators.beneath import opening
from marketplace.indicators.beneath.shape import Question
from marketplace.indicators.models import OutcomeFact
from marketplace.indicators.periods import period
from marketplace.indicators.rebuilding import rebuild
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.transaction import transaction
from marketplace.orders import detours, steps
from marketplace.orders.models import Nota, Order
from marketplace.orders.notas.sheet import sheet_of
from tests import cast, factories
from tests.indicators import world
from tests.orders import notas
from tests.shopper import ADDRESS, Shopper

OCTOBER = period("2026-10")
SCHOOL = "SDN 1 Hanura"


def value(code: str) -> Decimal | None:
    """The figure of Hanura in October."""
    [found] = queries.figures(world.HANURA, "village", OCTOBER, at=world.AT, only=[INDICATORS[code]])
    return found.value


@pytest.mark.parametrize(
    ("typed", "office"),
    [
        ({}, None),
        ({"instansi": "y"}, ""),
        ({"instansi": "y", "nama_instansi": " SDN 1\n  Hanura "}, SCHOOL),
        ({"nama_instansi": SCHOOL}, SCHOOL),
    ],
)
def test_whoever_buys_for_an_office_may_say_so_and_nobody_must(
    app: Flask, client: FlaskClient, typed: dict[str, str], office: str | None
) -> None:
    shopper = Shopper(client)
    shopper.take(cast.CHIPS)
    shopper.checkout(**ADDRESS, **typed)
    with app.app_context():
        assert db.session.scalars(select(Order.office)).one() == office


def test_the_seller_the_operator_and_the_nota_name_the_office(app: Flask) -> None:
    with app.app_context():
        sold = notas.packed({cast.CHIPS: 1}, buyer=replace(factories.BUYER, office=SCHOOL))
        world.catch_up(at=factories.AT)
        for with_address in (True, False):
            assert f"Untuk instansi: {SCHOOL}" in _buyer(notas.nota(sold), with_address=with_address)
        plain = notas.packed({cast.CHIPS: 1})
        world.catch_up(at=factories.AT)
        assert not any("instansi" in line for line in _buyer(notas.nota(plain)))
        with transaction():
            steps.ship(sold.id, actor="seller:1", at=factories.AT, courier="sendiri")
            detours.complain(sold.id, actor="buyer", at=factories.AT, reason="Sobek")
    for email, address in (
        (cast.SELLER, f"/penjual/pesanan/{sold.number}"),
        (cast.OPERATOR, "/gerai/komplain"),
    ):
        assert "Untuk instansi" in world.enter(app, email).get(address).text


def _buyer(paper: Nota, *, with_address: bool = True) -> Sequence[str]:
    return sheet_of(paper, with_address=with_address).blocks[1].lines


def test_turnover_without_offices_is_net_of_what_they_bought_and_sent_back(app: Flask) -> None:
    with app.app_context():
        school = replace(factories.BUYER, office="")
        world.sell({cast.CHIPS: 3}, at=datetime(2026, 10, 3, tzinfo=UTC), buyer=school)
        world.sell({cast.CHIPS: 2}, at=datetime(2026, 10, 4, tzinfo=UTC))
        assert [fact["government"] for fact in world.stored()] == [True, False]
        assert (value("SE-01"), value("TB-02")) == (Decimal(90_000), Decimal(36_000))
        # Made again from the orders it is the same.
        with transaction():
            rebuild(at=world.AT)
        assert [fact["government"] for fact in world.stored()] == [True, False]
        assert proofs.differences() == []
        world.store(
            [
                world.fact(1, world.HANURA, 100_000, government=True),
                world.fact(2, world.HANURA, -30_000, government=True),
                world.fact(3, world.HANURA, 50_000),
                world.fact(4, world.HANURA, -8_000),
            ]
        )
        assert (value("SE-01"), value("TB-02")) == (Decimal(112_000), Decimal(42_000))
        rows = opening.beneath(Question(INDICATORS["TB-02"], world.HANURA, OCTOBER))
        assert rows.numerator == 42_000


def test_an_order_does_not_become_an_offices_after_it_was_placed(app: Flask) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 1})
        with pytest.raises(DBAPIError), transaction() as session:
            session.execute(update(Order).values(office=SCHOOL))


def test_a_complaint_takes_from_its_first_word_to_the_end_of_the_order(app: Flask) -> None:
    """Ninety minutes and six hours, one for the buyer and one for the seller; the third one still waits."""
    at = datetime(2026, 10, 30, 2, 0, tzinfo=UTC)
    with app.app_context():
        ids = []
        for _number in range(4):
            child = factories.order({cast.CHIPS: 1}, at=at).order.children[0]
            ids.append(child.id)
            factories.deliver(child, at=at)
        with transaction():
            for number in ids[:3]:
                detours.complain(number, actor="buyer", at=at, reason="Sobek")
            detours.decide(
                ids[0],
                actor="counter:1",
                at=at + timedelta(minutes=90, seconds=59),
                for_buyer=False,
                reason="Utuh",
            )
            detours.decide(
                ids[1], actor="counter:1", at=at + timedelta(hours=6), for_buyer=True, reason="Sobek"
            )
            steps.complete(ids[3], actor="buyer", at=at)
        world.catch_up(at=at + timedelta(hours=7))
        rows = db.session.execute(
            select(OutcomeFact.status, OutcomeFact.complaint_minutes).order_by(OutcomeFact.seller_order_id)
        )
        assert [tuple(row) for row in rows] == [("completed", 90), ("returned", 360), ("completed", None)]
        # The mean of the two middle ones, 225 minutes; the nearest rank of 90 % is the longer one.
        assert (value("TB-03"), value("TB-03-P90")) == (Decimal("3.8"), Decimal("6.0"))
