"""The simulated Stripe's memory and messages: repeats, payments, expiries, and telling the shop."""

import json
import multiprocessing
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from marketplace.payments.simulator.delivery import deliver_due, deliveries_of
from marketplace.payments.simulator.objects import SimulatedSession
from marketplace.payments.simulator.parameters import Tree
from marketplace.payments.simulator.world import NotOpen, StripeWorld
from tests.payments.stripe_stage import (
    NOON,
    SESSIONS,
    SITE,
    UNIT_AMOUNT,
    WEBHOOK_SECRET,
    Stage,
    a_form,
    a_request,
    page_of,
)


def test_the_same_key_and_form_replays_the_first_answer(stage: Stage) -> None:
    """https://docs.stripe.com/api/idempotent_requests."""
    first = stage.ask("POST", SESSIONS, a_form(), key="k")
    again = stage.ask("POST", SESSIONS, a_form(), key="k")
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers


def test_a_replay_still_works_when_the_form_would_be_too_late_by_now(stage: Stage) -> None:
    form = a_form(expires_at=str(int((NOON + timedelta(minutes=30)).timestamp())))
    first = stage.ask("POST", SESSIONS, form, key="k")
    stage.pass_time(minutes=10)
    assert stage.ask("POST", SESSIONS, form, key="k").body == first.body
    assert stage.ask("POST", SESSIONS, form, key="lain").status == 400


def test_the_same_key_with_another_form_or_address_is_an_idempotency_error(stage: Stage) -> None:
    """https://docs.stripe.com/api/idempotent_requests: parameters are compared with the first request's."""
    stage.ask("POST", SESSIONS, a_form(), key="k")
    other_form = stage.ask("POST", SESSIONS, a_form(**{UNIT_AMOUNT: "1300000"}), key="k")
    other_path = stage.ask("POST", f"{SESSIONS}/cs_x/expire", a_form(), key="k")
    for answer in (other_form, other_path):
        assert answer.status == 400
        assert json.loads(answer.body)["error"]["type"] == "idempotency_error"
    assert "same endpoint" in other_path.body


def test_the_same_key_while_the_first_request_is_at_work_is_a_conflict(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://docs.stripe.com/api/errors: 409."""
    really_open, meanwhile = stage.world.open_session, []

    def open_while_asked_again(params: Tree, *, at: datetime) -> SimulatedSession:
        meanwhile.append(stage.ask("POST", SESSIONS, a_form(), key="k"))
        return really_open(params, at=at)

    monkeypatch.setattr(stage.world, "open_session", open_while_asked_again)
    assert stage.ask("POST", SESSIONS, a_form(), key="k").status == 200
    assert [answer.status for answer in meanwhile] == [409]
    assert "idempotency_key_in_use" in meanwhile[0].body


def test_a_request_that_never_ended_frees_its_key_after_a_minute(
    stage: Stage,
) -> None:
    with stage.world.memory.writing() as db:
        db.execute(
            "INSERT INTO idempotency (key, path, fingerprint, created) VALUES ('k', ?, 'x', ?)",
            (SESSIONS, int(stage.at.timestamp())),
        )
    assert stage.ask("POST", SESSIONS, a_form(), key="k").status == 400
    stage.pass_time(minutes=1)
    assert stage.ask("POST", SESSIONS, a_form(), key="k").status == 200


def test_a_refused_form_leaves_its_key_free(stage: Stage) -> None:
    """https://docs.stripe.com/api/idempotent_requests: nothing is kept when parameters fail validation."""
    assert stage.ask("POST", SESSIONS, a_form(mode=None), key="k").status == 400
    assert stage.ask("POST", SESSIONS, a_form(), key="k").status == 200


def test_keys_are_forgotten_after_a_day(stage: Stage) -> None:
    """https://docs.stripe.com/api/idempotent_requests: keys may be pruned once 24 hours old."""
    first = stage.ask("POST", SESSIONS, a_form(), key="k")
    stage.pass_time(hours=24)
    assert stage.ask("POST", SESSIONS, a_form(), key="k").body != first.body


def test_a_key_longer_than_255_characters_is_refused(stage: Stage) -> None:
    """https://docs.stripe.com/api/idempotent_requests: up to 255 characters."""
    assert stage.ask("POST", SESSIONS, a_form(), key="k" * 256).status == 400


def test_an_expired_session_can_not_be_paid(stage: Stage) -> None:
    name = stage.opened()
    stage.pass_time(minutes=31)
    with pytest.raises(NotOpen):
        stage.world.pay(name, at=stage.at)
    assert json.loads(stage.ask("GET", f"{SESSIONS}/{name}").body)["payment_status"] == "unpaid"


def test_a_paid_session_is_not_paid_again_nor_expired(stage: Stage) -> None:
    """https://docs.stripe.com/api/checkout/sessions/expire: only while open."""
    name = stage.opened()
    stage.world.pay(name, at=stage.at)
    with pytest.raises(NotOpen):
        stage.world.pay(name, at=stage.at)
    answer = stage.ask("POST", f"{SESSIONS}/{name}/expire")
    assert answer.status == 400
    assert 'status in ["open"]' in json.loads(answer.body)["error"]["message"]
    stage.pass_time(minutes=31)
    assert json.loads(stage.ask("GET", f"{SESSIONS}/{name}").body)["status"] == "complete"


def test_the_page_s_address_is_told_only_while_it_works(stage: Stage) -> None:
    """https://docs.stripe.com/api/checkout/sessions/object, `url`: only for an active session."""
    name = stage.opened()
    assert json.loads(stage.ask("GET", f"{SESSIONS}/{name}").body)["url"] == f"{SITE}/bayar/{name}"
    stage.world.pay(name, at=stage.at)
    assert json.loads(stage.ask("GET", f"{SESSIONS}/{name}").body)["url"] is None


def test_the_payment_behind_a_session_is_found_after_the_first_card(stage: Stage) -> None:
    name = stage.opened()
    stage.world.decline(name, at=stage.at)
    intent = json.loads(stage.ask("GET", f"{SESSIONS}/{name}").body)["payment_intent"]
    waiting = json.loads(stage.ask("GET", f"/v1/payment_intents/{intent}").body)
    assert (waiting["status"], waiting["amount_received"]) == ("requires_payment_method", 0)
    stage.world.pay(name, at=stage.at)
    paid = json.loads(stage.ask("GET", f"/v1/payment_intents/{intent}").body)
    assert (paid["status"], paid["amount_received"]) == ("succeeded", 5_250_000)


def _pay_all(path: Path, names: list[str], together: Barrier, paid: "Queue[int]") -> None:
    world, count = StripeWorld(path), 0
    together.wait(30)
    for name in names:
        try:
            world.pay(name, at=NOON)
            count += 1
        except NotOpen:
            pass
    paid.put(count)


def test_two_processes_share_one_memory_and_only_one_takes_the_money(stage: Stage) -> None:
    names = [
        stage.gateway.open_checkout(a_request(attempt_key=f"attempt-{number}")).reference
        for number in range(40)
    ]
    context = multiprocessing.get_context("spawn")
    together, paid = context.Barrier(2), context.Queue()
    rivals = [context.Process(target=_pay_all, args=(stage.path, names, together, paid)) for _ in range(2)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join(60)
    assert [rival.exitcode for rival in rivals] == [0, 0]
    assert paid.get(timeout=5) + paid.get(timeout=5) == 40
    assert {stage.gateway.status(name, at=stage.at).kind for name in names} == {"paid"}


def test_whoever_is_about_to_change_something_keeps_others_from_deciding_on_it(stage: Stage) -> None:
    with closing(sqlite3.connect(stage.path, timeout=0, isolation_level=None)) as rival:
        with stage.world.memory.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
            rival.execute("BEGIN IMMEDIATE")
        rival.execute("BEGIN IMMEDIATE")


def test_a_message_the_shop_does_not_hear_is_sent_again_with_a_fresh_signature(stage: Stage) -> None:
    """https://docs.stripe.com/webhooks: retried until a 2xx, signed anew for each try."""
    name = stage.opened()
    stage.world.send_later(stage.world.pay(name, at=stage.at), times=1, due_at=stage.at)
    stage.ear_status = 500
    assert stage.tick() == 0
    assert stage.tick() == 0
    assert len(stage.heard) == 1
    stage.ear_status = 200
    stage.pass_time(minutes=10)
    assert stage.tick() == 1
    (first, first_mark), (second, second_mark) = stage.heard
    assert first == second
    assert first_mark != second_mark
    report = stage.gateway.read_webhook(second, second_mark, at=stage.at)
    assert report is not None
    assert report.kind == "paid"
    stage.pass_time(days=4)
    assert stage.tick() == 0


def test_a_shop_that_never_answers_is_given_up_after_three_days(stage: Stage) -> None:
    """https://docs.stripe.com/webhooks: for up to three days."""
    name = stage.opened()
    stage.world.send_later(stage.world.pay(name, at=stage.at), times=1, due_at=stage.at)
    stage.ear_status = 503
    for _ in range(100):
        stage.tick()
        stage.pass_time(hours=1)
    (delivery,) = deliveries_of(stage.world, name)
    assert (delivery.state, delivery.http_status) == ("given_up", 503)
    assert 10 < delivery.attempts < 40


def test_an_expiry_is_told_by_itself(stage: Stage) -> None:
    """https://docs.stripe.com/api/events/types: checkout.session.expired."""
    stage.opened()
    stage.pass_time(minutes=30)
    assert stage.tick() == 0
    stage.pass_time(minutes=1)
    assert stage.tick() == 1
    assert stage.kinds_heard() == ["checkout.session.expired"]
    assert json.loads(stage.heard[0][0])["created"] == int((NOON + timedelta(minutes=31)).timestamp())


def test_an_expiry_asked_for_by_the_shop_is_told_too(stage: Stage) -> None:
    name = stage.opened()
    stage.gateway.expire(page_of(name))
    assert stage.tick() == 1
    assert stage.kinds_heard() == ["checkout.session.expired"]


def test_two_workers_never_send_the_same_delivery_at_once(stage: Stage) -> None:
    name = stage.opened()
    stage.world.send_later(stage.world.pay(name, at=stage.at), times=1, due_at=stage.at)

    def hear_and_tick(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        assert stage.tick() == 0
        return stage.ear(url, body, headers)

    arrived = deliver_due(
        stage.world,
        at=stage.at,
        webhook_secret=WEBHOOK_SECRET,
        webhook_url="http://toko.test",
        post=hear_and_tick,
    )
    assert (arrived, len(stage.heard)) == (1, 1)
