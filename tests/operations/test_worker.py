"""The worker hands every event on exactly once, whatever fails and however often it is killed."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog import stocking
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.indicators.models import SaleFact
from marketplace.kit import outbox
from marketplace.kit.clock import now
from marketplace.kit.outbox import OutboxDelivery, OutboxEvent, announce, hand_on
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import PaymentAttempt
from marketplace.search.models import IndexMark
from marketplace.subscriptions import SUBSCRIPTIONS
from tests import cast, factories
from tests.commands import worker_process
from tests.served import Served

AT = factories.AT
LATER = AT + timedelta(minutes=15)
FAILED = OutboxDelivery.done_at.is_(None)


class Listener:
    """Hears events, writes a mark for each, and fails afterwards for the subjects in `broken`."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self.broken: set[str] = set()
        self.subscriptions = {"told": (("listener", self.hear),)}

    def hear(self, event: OutboxEvent, at: datetime) -> None:
        """The handler."""
        number = event.payload["number"]
        mark = db.session.get(IndexMark, number) or IndexMark(product_id=number, marked_at=at)
        mark.marked_at = at
        db.session.add(mark)
        db.session.flush()
        if event.subject in self.broken:
            raise RuntimeError("the listener stumbles after writing")
        self.heard.append((event.subject, number))

    def hand_on(self, at: datetime) -> int:
        """One round of a worker that has only this listener."""
        return hand_on(self.subscriptions, at=at)


@pytest.fixture
def listener(app: Flask) -> Iterator[Listener]:
    """A listener in a market where nothing else waits."""
    with app.app_context():
        hand_on({}, at=AT, most=10_000)
        yield Listener()


def _tell(*told: tuple[str, int]) -> None:
    with transaction():
        for subject, number in told:
            announce("told", subject, {"number": number}, at=AT)
            db.session.flush()


def _marks() -> list[int]:
    return list(db.session.scalars(select(IndexMark.product_id).order_by(IndexMark.product_id)))


def test_a_handler_that_raises_after_writing_leaves_nothing_and_is_tried_again(listener: Listener) -> None:
    listener.broken = {"a"}
    _tell(("a", 1))
    assert listener.hand_on(AT) == 0
    assert _marks() == [] and outbox.waiting() == 1
    [(_event_id, name, error)] = outbox.failing()
    assert name == "listener" and "stumbles" in error
    listener.broken = set()
    assert listener.hand_on(AT) == 0, "it is left alone until the time to try again has come"
    assert listener.hand_on(LATER) == 1
    assert _marks() == [1] and listener.heard == [("a", 1)]
    assert outbox.failing() == [] and outbox.waiting() == 0


def test_the_events_of_a_failing_subject_wait_in_order_while_others_go_on(listener: Listener) -> None:
    listener.broken = {"a"}
    _tell(("a", 1), ("b", 2), ("a", 3), ("b", 4))
    assert listener.hand_on(AT) == 2
    assert _marks() == [2, 4] and outbox.waiting() == 2
    listener.broken = set()
    listener.heard.clear()
    assert listener.hand_on(LATER) == 2
    assert listener.heard == [("a", 1), ("a", 3)]


def test_hundreds_of_failing_subjects_do_not_keep_a_healthy_one_waiting(listener: Listener) -> None:
    listener.broken = {f"a{number}" for number in range(210)}
    _tell(*((subject, 1) for subject in sorted(listener.broken)), ("b", 7))
    assert listener.hand_on(AT) == 1
    assert listener.hand_on(AT) == 0
    assert listener.heard == [("b", 7)]


def test_an_event_nobody_listens_to_is_done_at_once(listener: Listener) -> None:
    with transaction():
        announce("unheard", "a", {}, at=AT)
    assert listener.hand_on(AT) == 1
    assert outbox.waiting() == 0


def test_an_event_of_an_undone_transaction_was_never_there(listener: Listener) -> None:
    with suppress(ZeroDivisionError), transaction():
        announce("told", "a", {"number": 1}, at=AT)
        raise ZeroDivisionError
    assert outbox.waiting() == 0


def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(app: Flask, config: Config) -> None:
    with app.app_context():
        lines = _sell_much()
        kills = _kill_until_all_is_done(config)
        print(f"{db.engine.dialect.name}: the worker was killed {kills} times in the middle of its work")
        assert kills >= 2
        assert db.session.scalar(select(func.count()).select_from(SaleFact)) == lines
        cash = db.session.scalars(select(PaymentAttempt.reference).where(PaymentAttempt.status == "paid"))
        numbers = db.session.scalars(select(SellerOrder.number))
        assert sorted(filter(None, cash)) == sorted(numbers)
        assert _uneven_receipts() == []
        result = proofs.prove(at=now())
        assert result.holds and result.in_flight == 0, result.as_text()


def test_the_server_starts_killed_processes_again(served: Served) -> None:
    web = served.web_pids()
    os.kill(web[0], signal.SIGKILL)
    killed = served.kill_worker()
    with served.app():
        factories.complete(
            factories.order({cast.CHIPS: 1, cast.COFFEE: 1}, at=now()).order.children[0], at=now()
        )
        _wait_until_quiet()
        assert db.session.scalar(select(func.count()).select_from(SaleFact)) == 1
    assert served.worker_pid() != killed
    assert len(served.web_pids()) == len(web) and web[0] not in served.web_pids()


def _sell_much(orders: int = 30) -> int:
    """Complete many orders, some for two shops; how many lines were sold."""
    sold = 0
    for slug in (cast.CHIPS, cast.CRACKERS, cast.COFFEE):
        with transaction():
            stocking.receive(factories.product(slug).variants[0], 200, reference=f"uji:{slug}", at=now())
    for number in range(orders):
        goods = {cast.CHIPS: 1} if number % 2 else {cast.CRACKERS: 1, cast.COFFEE: 2}
        for child in factories.order(goods, at=now()).order.children:
            factories.complete(child, at=now())
            sold += 1
    return sold


def _kill_until_all_is_done(config: Config, most: int = 5) -> int:
    """Kill -9 one worker after the other, each at a random moment of its work; how many had more to do."""
    at_work = 0
    for _life in range(most):
        before = _waiting()
        with worker_process(config) as process:
            _wait_until(lambda before=before: _waiting() != before)
            time.sleep(random.uniform(0, 0.08))
            process.kill()
        if not _waiting():
            return at_work
        at_work += 1
    with worker_process(config):
        _wait_until_quiet()
    return at_work


def _waiting() -> int:
    db.session.rollback()
    return outbox.waiting() + (db.session.scalar(select(func.count()).select_from(IndexMark)) or 0)


def _wait_until_quiet() -> None:
    _wait_until(lambda: _waiting() == 0)


def _wait_until(reached: Callable[[], bool], within: float = 40) -> None:
    until = time.monotonic() + within
    while not reached():
        assert time.monotonic() < until, f"{_waiting()} events and marks are still waiting"
        time.sleep(0.02)


def _uneven_receipts() -> list[int]:
    """Events that were not heard exactly once by exactly those who listen."""
    receipts = Counter(
        db.session.scalars(select(OutboxDelivery.event_id).where(OutboxDelivery.attempts == 1, ~FAILED))
    )
    events = db.session.execute(select(OutboxEvent.id, OutboxEvent.kind))
    return [number for number, kind in events if receipts[number] != len(SUBSCRIPTIONS.get(kind, ()))]
