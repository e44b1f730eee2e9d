"""What nobody answers, pays or confirms ends by itself, and everything that belongs to it with it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.indicators.models import SaleFact
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs, worker
from marketplace.orders import steps
from marketplace.orders.deadlines import ANSWER, COMPLETE, HAND_OVER, HOLD_AFTER_ATTEMPT
from marketplace.orders.models import SellerOrder, SellerOrderEvent
from marketplace.orders.states import Status
from marketplace.payments.models import Refund
from marketplace.payments.stripe_provider import STRIPE
from tests import cast, factories
from tests.payments.cards import CardDesk

AT = factories.AT
MOMENT = timedelta(seconds=1)


def _on_shelf(slug: str = cast.CHIPS) -> int:
    db.session.expire_all()
    return factories.product(slug).variants[0].on_hand


def _order(pay: str = "cod", pieces: int = 2) -> int:
    return factories.order({cast.CHIPS: pieces}, pay=pay).order.children[0].id


def _status(child_id: int) -> str:
    db.session.expire_all()
    return db.session.get_one(SellerOrder, child_id).status


def _step(step: object, child_id: int, at: datetime = AT) -> None:
    with transaction():
        step(child_id, actor="seller:1", at=at)  # type: ignore[operator]


def test_an_order_that_the_seller_does_not_answer_lapses_and_gives_the_goods_back(app: Flask) -> None:
    with app.app_context():
        child_id = _order()
        assert _on_shelf() == 48
        assert worker.end_overdue(AT + ANSWER - MOMENT) == 0
        assert worker.end_overdue(AT + ANSWER) == 1
        assert _status(child_id) == Status.LAPSED and _on_shelf() == 50
        last = select(SellerOrderEvent).order_by(SellerOrderEvent.id.desc()).limit(1)
        event = db.session.scalars(last).one()
        assert (event.actor, event.reason, event.at) == ("system", "Batas waktu terlewati.", AT + ANSWER)
        assert worker.end_overdue(AT + ANSWER) == 0, "it ends once"


def test_an_order_that_cannot_end_holds_up_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        stuck, other = _order(), _order()
        run_out = steps.run_out

        def stumbling(seller_order_id: int, *, at: datetime) -> bool:
            moved = run_out(seller_order_id, at=at)
            assert seller_order_id != stuck, "after everything was written"
            return moved

        monkeypatch.setattr(steps, "run_out", stumbling)
        assert worker.end_overdue(AT + ANSWER) == 1
        assert (_status(stuck), _status(other)) == (Status.AWAITING_CONFIRMATION, Status.LAPSED)
        assert _on_shelf() == 48


@pytest.mark.parametrize("packed", [False, True])
def test_an_accepted_order_that_is_not_handed_over_lapses(app: Flask, packed: bool) -> None:
    with app.app_context():
        child_id = _order()
        _step(steps.accept, child_id)
        if packed:
            _step(steps.pack, child_id)
        assert worker.end_overdue(AT + HAND_OVER - MOMENT) == 0
        assert worker.end_overdue(AT + HAND_OVER) == 1
        assert _status(child_id) == Status.LAPSED and _on_shelf() == 50


def test_an_answer_in_time_moves_the_deadline(app: Flask) -> None:
    with app.app_context():
        child_id = _order()
        _step(steps.accept, child_id, AT + ANSWER - MOMENT)
        assert worker.end_overdue(AT + ANSWER) == 0
        assert _status(child_id) == Status.ACCEPTED


def test_an_order_on_its_way_waits_for_people_not_for_the_clock(app: Flask) -> None:
    with app.app_context():
        child_id = _order()
        for step in (steps.accept, steps.pack):
            _step(step, child_id)
        with transaction():
            steps.ship(child_id, actor="seller:1", at=AT, courier="sendiri")
        assert worker.end_overdue(AT + timedelta(days=300)) == 0


def test_a_delivered_order_completes_after_three_days_and_counts(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 2}).order.children[0]
        child_id = child.id
        factories.deliver(child)
        assert worker.end_overdue(AT + COMPLETE - MOMENT) == 0
        assert worker.end_overdue(AT + COMPLETE) == 1
        assert _status(child_id) == Status.COMPLETED
        assert worker.drain(at=AT + COMPLETE) == 0
        [fact] = db.session.scalars(select(SaleFact))
        assert (fact.net, fact.happened_at) == (36_000, AT + COMPLETE)
        assert proofs.prove(at=AT + COMPLETE).holds


def test_an_order_nobody_pays_expires_and_lets_its_goods_go(app: Flask) -> None:
    with app.app_context():
        child_id = _order("stripe", pieces=50)
        over = AT + STRIPE.page_lives + HOLD_AFTER_ATTEMPT
        with pytest.raises(Exception, match="habis"):
            factories.order({cast.CHIPS: 1}, at=over - MOMENT)
        assert worker.end_overdue(over - MOMENT) == 0
        assert worker.end_overdue(over) == 1
        assert _status(child_id) == Status.EXPIRED and _on_shelf() == 50
        factories.order({cast.CHIPS: 50}, at=over)
        assert worker.drain(at=over) == 0
        assert proofs.prove(at=over).holds


def test_a_hold_whose_time_is_over_binds_nothing_even_while_the_worker_is_away(app: Flask) -> None:
    with app.app_context():
        _order("stripe", pieces=50)
        factories.order({cast.CHIPS: 50}, at=AT + STRIPE.page_lives + HOLD_AFTER_ATTEMPT)
        assert _on_shelf() == 0


def test_a_paid_order_that_the_seller_does_not_answer_owes_the_money_back(app: Flask, config: Config) -> None:
    with app.app_context():
        order = factories.order({cast.CHIPS: 2}, pay="stripe").order
        total = order.total
        CardDesk(Path(config.data_dir)).paid(order, at=AT)
        assert worker.end_overdue(AT + ANSWER) == 1
        assert worker.drain(at=AT + ANSWER) == 0
        [refund] = db.session.scalars(select(Refund)).unique()
        assert (refund.amount, refund.status) == (total, "due")
        assert proofs.prove(at=AT + ANSWER).holds
