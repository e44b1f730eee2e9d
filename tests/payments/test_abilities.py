"""What a provider says it can do decides what is asked of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from marketplace.orders import steps
from marketplace.payments import gateway, refunding, starting
from marketplace.payments.models import Refund
from marketplace.payments.provider import Abilities, ProviderUnavailable
from marketplace.payments.stripe_provider import STRIPE
from tests import cast, factories
from tests.payments.cards import CardDesk

AT = factories.AT


@pytest.fixture
def desk(app: Flask, config: Config) -> Iterator[CardDesk]:
    """The card desk of a market."""
    with app.app_context():
        yield CardDesk(config.data_dir)


def _owing(desk: CardDesk, goods: tuple[str, ...], can: Abilities) -> None:
    """A paid order whose first shop declines, at a provider that can do this much."""
    desk.stage.gateway.can = can
    order = factories.order(dict.fromkeys(goods, 1), pay="stripe").order
    first = order.children[0].id
    desk.paid(order, at=AT)
    with transaction():
        steps.decline(first, actor="seller:1", at=AT, reason="Habis")
    assert worker.drain(at=AT) == 0


def _statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Refund.status)))


def test_a_provider_without_refunds_is_never_asked_for_one(desk: CardDesk) -> None:
    _owing(desk, (cast.CHIPS,), replace(STRIPE, refunds=False))
    assert refunding.send_due(at=AT) == 0 and _statuses() == ["due"]


def test_where_only_whole_payments_go_back_a_part_waits_for_a_person(desk: CardDesk) -> None:
    _owing(desk, (cast.CHIPS, cast.COFFEE), replace(STRIPE, part_refunds=False))
    assert refunding.send_due(at=AT) == 0 and _statuses() == ["due"]


def test_where_only_whole_payments_go_back_a_whole_one_does(desk: CardDesk) -> None:
    _owing(desk, (cast.CHIPS,), replace(STRIPE, part_refunds=False))
    assert refunding.send_due(at=AT) == 1 and _statuses() == ["succeeded"]


def test_without_a_key_a_refund_whose_answer_was_lost_is_not_asked_for_again(
    desk: CardDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _owing(desk, (cast.CHIPS,), replace(STRIPE, refunds_by_key=False))

    def lost(_request: object) -> None:
        raise ProviderUnavailable("the answer was lost")

    with monkeypatch.context() as patch:
        patch.setattr(desk.stage.gateway, "refund", lost)
        assert refunding.send_due(at=AT) == 0
    assert refunding.send_due(at=AT + timedelta(days=1)) == 0 and _statuses() == ["requested"]


@pytest.mark.parametrize(("amount", "words"), [(9_999, "mulai dari"), (10_000_000_000, "paling banyak")])
def test_what_a_provider_does_not_take_is_refused_before_anything_is_bound(amount: int, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        starting.check_amount("stripe", amount)
    starting.check_amount("cod", amount)


def test_a_provider_that_is_not_set_up_is_unavailable(app: Flask) -> None:
    with app.app_context(), pytest.raises(ProviderUnavailable):
        gateway.provider("lain")


def test_nobody_listens_for_a_provider_that_is_not_set_up(app: Flask) -> None:
    assert app.test_client().post("/webhook/lain", data=b"{}").status_code == 404
