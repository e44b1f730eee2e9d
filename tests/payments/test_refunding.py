"""Money that must go back goes back once, whatever fails, whoever else is at it, and wherever it is cut."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace import create_app
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.models import Posting
from marketplace.ledger.queries import balance
from marketplace.operations import proofs, worker
from marketplace.orders import steps
from marketplace.orders.models import Order
from marketplace.payments import refunding
from marketplace.payments.models import PaymentSplit, Refund
from marketplace.payments.provider import ProviderUnavailable, RefundReport, RefundRequest
from marketplace.payments.simulator.refunds import Trouble, order_trouble, refunds_of
from marketplace.payouts import settling
from tests import cast, factories
from tests.payments.cards import CardDesk

AT = factories.AT
CLEARING = accounts.clearing("stripe")
MUCH_LATER = AT + timedelta(days=40)


class Till(CardDesk):
    """A card desk whose refunds can be counted, also on the provider's side."""

    def owing(self, *declined: int, goods: tuple[str, ...] = (cast.CHIPS, cast.COFFEE)) -> str:
        """A paid order for two shops, of which those in `declined` decline; the provider's page."""
        order = factories.order(dict.fromkeys(goods, 1), pay="stripe").order
        order_id = order.id
        page = self.paid(order, at=AT)
        ids = [child.id for child in db.session.get_one(Order, order_id).children]
        for place in declined or (0,):
            with transaction():
                steps.decline(ids[place], actor="seller:1", at=AT, reason="Habis")
        assert worker.drain(at=AT) == 0
        return page

    def send(self, at: datetime = AT) -> int:
        """A turn of the worker."""
        self.stage.wire.at = at
        return refunding.send_due(at=at)

    def sent(self, page: str, at: datetime = MUCH_LATER) -> list[int]:
        """What the provider really sent back, in rupiah."""
        told = refunds_of(self.stage.world, page, at=at)
        return sorted(one["amount"] // 100 for one in told if one["status"] != "failed")

    def trouble(self, page: str, outcome: str, wait: timedelta = timedelta(0)) -> None:
        """The next refund goes wrong or takes its time."""
        order_trouble(self.stage.world, page, Trouble(outcome, wait), at=AT)


@pytest.fixture
def till(app: Flask, config: Config) -> Iterator[Till]:
    """The till of a market. Whatever a test did there, in the end the books agree."""
    with app.app_context():
        yield Till(config.data_dir)
        result = proofs.prove(at=MUCH_LATER)
        assert result.holds, result.as_text()


def _refund() -> Refund:
    db.session.rollback()
    (found,) = db.session.scalars(select(Refund)).unique()
    return found


def _postings() -> int:
    return db.session.scalar(select(func.count(Posting.id)).where(Posting.kind == "refund-sent")) or 0


def test_a_refund_arrives_and_is_booked_once(till: Till) -> None:
    page = till.owing()
    owed, paid = _refund().amount, balance(CLEARING)
    assert till.send() == 1
    refund = _refund()
    assert (refund.status, refund.attempts, refund.settled_at, refund.due_at) == ("succeeded", 1, AT, None)
    assert refund.reference is not None and refund.reference.startswith("re_")
    assert db.session.scalar(select(PaymentSplit.refunded).where(PaymentSplit.id == refund.split_id)) == owed
    assert (balance(CLEARING), balance(accounts.BUYER_REFUNDS)) == (paid - owed, 0)
    (told,) = db.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "refund.succeeded"))
    assert told.payload["amount"] == owed
    assert till.send(MUCH_LATER) == 0
    assert till.sent(page) == [owed] and _postings() == 1


def test_every_shop_s_part_goes_back_alone_to_the_last_rupiah(till: Till) -> None:
    page = till.owing(0, 1)
    assert till.send() == 2
    assert len(till.sent(page)) == 2 and balance(CLEARING) == 0
    assert sum(till.sent(page)) == db.session.scalar(select(func.sum(PaymentSplit.paid)))


def test_a_failed_refund_is_tried_again_after_a_while_that_grows(till: Till) -> None:
    page = till.owing()
    moment = AT
    for attempt, minutes in ((1, 5), (2, 10), (3, 20)):
        till.trouble(page, "failed")
        assert till.send(moment) == 1
        refund = _refund()
        assert (refund.status, refund.attempts, refund.error) == ("failed", attempt, "unknown")
        assert balance(accounts.BUYER_REFUNDS) == -refund.amount and _postings() == 0
        assert till.send(moment + timedelta(minutes=minutes, seconds=-1)) == 0
        moment += timedelta(minutes=minutes)
    assert till.send(moment) == 1
    assert _refund().status == "succeeded" and len(till.sent(page)) == 1 and _postings() == 1


def test_a_refusal_is_a_failure_and_after_half_a_day_of_them_a_person_sends_the_money(till: Till) -> None:
    page = till.owing()
    reference = till.stage.world.session(page, at=AT).payment_intent or ""
    refused = till.stage.ask("POST", "/v1/refunds", {"payment_intent": reference})
    assert refused.status == 200, "somebody sent all of it back by hand"
    moment = AT
    for _ in range(refunding.MOST_TRIES - 1):
        assert till.send(moment) == 1
        due = _refund().due_at
        assert due is not None and _refund().way == "provider"
        moment = due
    assert moment - AT < timedelta(hours=12)
    assert till.send(moment) == 1
    assert (_refund().way, _refund().status, _refund().due_at) == ("bank", "failed", None)
    assert till.send(MUCH_LATER) == 0
    assert "already been refunded" in _refund().error and _postings() == 0


def test_silence_is_not_a_failure_and_asking_again_sends_nothing_twice(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = till.owing(0, 1)
    really, asked = till.stage.gateway.refund, []

    def lost(request: RefundRequest) -> RefundReport:
        asked.append(really(request))
        raise ProviderUnavailable("the answer was lost")

    with monkeypatch.context() as patch:
        patch.setattr(till.stage.gateway, "refund", lost)
        assert till.send() == 0 and len(asked) == 1, "the others do not wait for the same silence"
    statuses = list(db.session.scalars(select(Refund.status).order_by(Refund.id)))
    assert statuses == ["requested", "due"]
    assert till.send(AT + timedelta(seconds=119)) == 1, "only the other one is due already"
    assert till.send(AT + timedelta(days=2)) == 1, "Stripe has forgotten the key by now"
    assert len(till.sent(page)) == 2 and _postings() == 2 and balance(CLEARING) == 0


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_a_refund_on_its_way_is_asked_about_until_it_has_an_end(till: Till, outcome: str) -> None:
    page = till.owing()
    till.trouble(page, outcome, timedelta(minutes=20))
    till.send()
    assert _refund().status == "requested" and _postings() == 0
    till.send(AT + timedelta(minutes=15))
    assert (_refund().status, _refund().attempts) == ("requested", 1)
    till.send(AT + timedelta(minutes=30))
    assert (_refund().status, _refund().attempts) == (outcome, 1)
    till.send(AT + timedelta(hours=1))
    assert _refund().status == "succeeded" and len(till.sent(page)) == 1


def test_another_sum_than_asked_never_counts_as_sent(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    till.owing()
    really = till.stage.gateway.refund
    with monkeypatch.context() as patch:
        patch.setattr(till.stage.gateway, "refund", lambda asked: replace(really(asked), amount=1))
        till.send()
    assert _refund().status == "failed" and _postings() == 0
    till.send(AT + timedelta(hours=1))
    assert _refund().status == "succeeded"


@pytest.mark.parametrize(
    "change",
    [
        "amount = amount - 1",
        "split_id = split_id + 1",
        "key = 'lain'",
        "status = 'due'",
        "status = 'requested'",
    ],
)
def test_the_database_refuses_to_bend_a_refund_that_has_arrived(till: Till, change: str) -> None:
    till.owing()
    till.send()
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text(f"UPDATE refund SET {change}, settled_at = settled_at"))
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text("DELETE FROM refund"))


def _in_processes(work: Callable[..., None], config: Config, many: int) -> list[int | None]:
    """Let some processes do the same at once; how each ended."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(many)
    db.session.remove()
    workers = [context.Process(target=work, args=(config, start)) for _ in range(many)]
    for process in workers:
        process.start()
    for process in workers:
        process.join(60)
    return [process.exitcode for process in workers]


def _till_of(config: Config) -> Till:
    create_app(config).app_context().push()
    return Till(config.data_dir)


def _send_at_once(config: Config, start: Barrier) -> None:
    till = _till_of(config)
    start.wait(30)
    till.send()


def _send_and_be_killed(config: Config, start: Barrier) -> None:
    till = _till_of(config)
    really = till.stage.gateway.refund

    def killed(request: RefundRequest) -> RefundReport:
        really(request)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    till.stage.gateway.refund = killed  # type: ignore[method-assign]
    start.wait(30)
    till.send()


def test_three_workers_at_once_refund_once(till: Till, config: Config) -> None:
    page = till.owing(0, 1)
    assert _in_processes(_send_at_once, config, 3) == [0, 0, 0]
    assert set(db.session.scalars(select(Refund.status))) == {"succeeded"}
    assert len(till.sent(page)) == 2 and _postings() == 2 and balance(CLEARING) == 0


def test_a_worker_killed_after_sending_and_before_its_commit_refunds_once(till: Till, config: Config) -> None:
    page = till.owing()
    assert _in_processes(_send_and_be_killed, config, 1) == [-signal.SIGKILL]
    assert _refund().status == "requested" and len(till.sent(page)) == 1 and _postings() == 0
    assert till.send(AT + refunding.ASK_AGAIN) == 1
    assert _refund().status == "succeeded" and len(till.sent(page)) == 1 and _postings() == 1


def test_what_the_provider_has_paid_out_to_our_bank_is_left_to_a_person(till: Till) -> None:
    """All but Rp50.000 of an order for two shops is in the bank when both of them decline."""
    order = factories.order({cast.CHIPS: 1, cast.COFFEE: 1}, pay="stripe").order
    page, ids = till.paid(order, at=AT), [child.id for child in order.children]
    by = factories.person(cast.FINANCE)
    with transaction():
        amount = balance(CLEARING) - 50_000
        settling.settle("stripe", amount=amount, fee=0, day=day_wib(AT), reference="REK-1", by=by, at=AT)
    for child_id in ids:
        with transaction():
            steps.decline(child_id, actor="seller:1", at=AT, reason="Habis")
    assert worker.drain(at=AT) == 0
    till.send()
    rows = db.session.execute(select(Refund.amount, Refund.way, Refund.status))
    small, large = sorted(tuple(row) for row in rows)
    assert small[0] <= 50_000 < large[0]
    assert (small[1:], large[1:]) == (("provider", "succeeded"), ("bank", "due"))
    assert till.sent(page) == [small[0]] and balance(CLEARING) == 50_000 - small[0]
