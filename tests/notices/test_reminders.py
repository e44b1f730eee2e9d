"""A shop is reminded of a deadline once, when half of its time is left, and not of what is done."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.notices import reminders
from marketplace.notices.models import Notice
from marketplace.operations import worker
from marketplace.orders import deadlines, steps
from tests import cast, factories
from tests.orders.walks import walk

AT = factories.AT


def reminded() -> int:
    near = OutboxEvent.kind == "seller_order.deadline_near"
    return db.session.scalar(select(func.count(OutboxEvent.id)).where(near)) or 0


def test_a_shop_is_reminded_once_when_half_of_the_time_is_left(app: Flask) -> None:
    with app.app_context():
        number = factories.order({cast.CHIPS: 1}).order.number
        half = AT + deadlines.ANSWER / 2
        assert reminders.remind_due(at=half - timedelta(seconds=1)) == 0
        assert worker.remind(half) == 1
        assert worker.remind(half) == 0 and worker.remind(half + timedelta(hours=1)) == 0
        worker.drain(at=half)
        near = select(Notice).where(Notice.kind == "seller_order.deadline_near")
        [notice] = db.session.scalars(near)
        assert notice.title == f"Waktu pesanan {number}-1 hampir habis"
        assert "11 Nov, 10.00 WIB" in notice.body
        assert notice.user_id == factories.person(cast.SELLER).id


def test_the_next_state_has_a_deadline_of_its_own(app: Flask) -> None:
    with app.app_context():
        child_id = factories.order({cast.CHIPS: 1}).order.children[0].id
        at = AT + deadlines.ANSWER / 2
        assert reminders.remind_due(at=at) == 1
        with transaction():
            steps.accept(child_id, actor="seller:1", at=at)
        assert reminders.remind_due(at=at) == 0
        assert reminders.remind_due(at=at + deadlines.HAND_OVER / 2) == 1
        assert reminded() == 2


def test_what_is_over_is_left_to_its_end(app: Flask) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 1})
        assert reminders.remind_due(at=AT + deadlines.ANSWER) == 0


@pytest.mark.parametrize("state", ["shipped", "ready_for_pickup", "delivered", "disputed", "declined"])
def test_nothing_is_asked_of_a_shop_that_has_done_its_part(app: Flask, state: str) -> None:
    with app.app_context():
        way = "ambil" if state == "ready_for_pickup" else "antar"
        walk(factories.order({cast.CHIPS: 1}, delivery=way).order.children[0], state, at=AT)
        for day in range(20):
            assert reminders.remind_due(at=AT + timedelta(days=day)) == 0


def test_every_order_has_its_turn_however_many_there_are(app: Flask) -> None:
    with app.app_context():
        for _time in range(3):
            factories.order({cast.CHIPS: 1})
        half = AT + deadlines.ANSWER / 2
        assert [reminders.remind_due(at=half, most=2) for _turn in range(3)] == [2, 1, 0]
