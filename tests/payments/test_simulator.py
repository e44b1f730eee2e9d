"""The simulated Stripe: what its API refuses, what it remembers, and what it tells the shop."""

import json
import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from marketplace.payments.simulator.delivery import deliver_due, deliveries_of
from marketplace.payments.simulator.objects import SimulatedSession
from marketplace.payments.simulator.parameters import Refusal, Tree, tree_of
from marketplace.payments.simulator.views import make_simulator
from marketplace.payments.simulator.world import NotOpen, StripeWorld
from marketplace.payments.stripe_provider import SMALLEST_AMOUNT, StripeGateway
from tests.payments.stripe_stage import (
    KEY,
    NOON,
    SITE,
    WEBHOOK_SECRET,
    Stage,
    a_form,
    a_request,
    a_site,
)

SESSIONS = "/v1/checkout/sessions"
UNIT_AMOUNT = "line_items[0][price_data][unit_amount]"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "stripe.sqlite")


@pytest.fixture
def site(stage: Stage) -> Iterator[Flask]:
    """The simulator behind a real server, with the shop's ear on the same one."""
    ear: list[str] = []
    site = a_site(stage, lambda: ear[0])
    server = make_server("127.0.0.1", 0, site, threaded=True)
    ear.append(f"http://127.0.0.1:{server.server_port}/webhook/stripe")
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser(site: Flask) -> FlaskClient:
    return site.test_client()


def opened(stage: Stage) -> str:
    return stage.gateway.open_checkout(a_request()).reference


def tick(stage: Stage) -> int:
    return deliver_due(
        stage.world,
        at=stage.at,
        webhook_secret=WEBHOOK_SECRET,
        webhook_url="http://toko.test",
        post=stage.ear,
    )


def kinds_heard(stage: Stage) -> list[str]:
    return [json.loads(body)["type"] for body, _ in stage.heard]


# What the API refuses


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"warna": "biru"}, "parameter_unknown", "warna"),
        (
            {"line_items[0][price_data][warna]": "biru"},
            "parameter_unknown",
            "line_items[0][price_data][warna]",
        ),
        ({"amount": "1250000"}, "parameter_unknown", "amount"),
        ({"mode": None}, "parameter_missing", "mode"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({UNIT_AMOUNT: None}, "parameter_missing", UNIT_AMOUNT),
        ({"line_items[0][quantity]": None}, "parameter_missing", "line_items[0][quantity]"),
        ({UNIT_AMOUNT: "12500.5"}, "parameter_invalid_integer", UNIT_AMOUNT),
        ({UNIT_AMOUNT: "1e6"}, "parameter_invalid_integer", UNIT_AMOUNT),
        ({UNIT_AMOUNT: "١٢٥٠٠٠٠"}, "parameter_invalid_integer", UNIT_AMOUNT),
        ({UNIT_AMOUNT: "9" * 5000}, "parameter_invalid_integer", UNIT_AMOUNT),
        ({UNIT_AMOUNT: "-1250000"}, "parameter_invalid_integer", UNIT_AMOUNT),
        ({"line_items[0][quantity]": "0"}, "parameter_invalid_integer", "line_items[0][quantity]"),
        ({"expires_at": "besok"}, "parameter_invalid_integer", "expires_at"),
        ({"success_url": "/pesanan/1"}, "url_invalid", "success_url"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"cancel_url": "ftp://x.test/"}, "url_invalid", "cancel_url"),
        ({"success_url": "https://x.test/" + "a" * 5000}, None, "success_url"),
        ({"customer_email": "bukan alamat"}, "email_invalid", "customer_email"),
        ({"client_reference_id": ""}, "parameter_invalid_empty", "client_reference_id"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
        ({"locale": "jw"}, None, "locale"),
        ({"mode": "gratis"}, None, "mode"),
        ({"line_items[0][price_data][currency]": "IDR"}, None, "line_items[0][price_data][currency]"),
        ({"line_items[1]": "kopi"}, None, "line_items[1]"),
        ({"metadata[order]": "x" * 501}, None, "metadata"),
        ({"metadata[" + "k" * 41 + "]": "x"}, None, "metadata"),
        ({UNIT_AMOUNT: "999999"}, "amount_too_small", "line_items"),
        ({UNIT_AMOUNT: "1000000000000"}, "amount_too_large", "line_items"),
    ],
)
def test_a_malformed_request_is_refused_in_stripe_s_shape(
    stage: Stage, changes: dict[str, str | None], code: str | None, param: str
) -> None:
    """https://docs.stripe.com/api/errors (shape), …/error-codes (codes), …/api/checkout/sessions/create."""
    answer = stage.ask("POST", SESSIONS, a_form(**changes))
    error = json.loads(answer.body)["error"]
    assert answer.status == 400
    assert (error["type"], error.get("code"), error["param"]) == ("invalid_request_error", code, param)
    assert error["message"]


def test_the_smallest_form_opens_a_session(stage: Stage) -> None:
    told = json.loads(stage.ask("POST", SESSIONS, a_form()).body)
    assert (told["status"], told["payment_status"], told["amount_total"]) == ("open", "unpaid", 1_250_000)
    assert told["expires_at"] == int((NOON + timedelta(hours=24)).timestamp())


def test_a_parameter_stripe_knows_and_we_do_not_play_is_refused_as_such(stage: Stage) -> None:
    error = json.loads(stage.ask("POST", SESSIONS, a_form(allow_promotion_codes="true")).body)["error"]
    assert "does not cover" in error["message"]
    assert "code" not in error


@pytest.mark.parametrize(
    ("life", "accepted"),
    [
        (timedelta(minutes=30, seconds=-1), False),
        (timedelta(minutes=30), True),
        (timedelta(hours=24, seconds=-1), True),
        (timedelta(hours=24), False),
        (timedelta(days=2), False),
        (timedelta(minutes=-1), False),
    ],
)
def test_a_session_lives_between_half_an_hour_and_a_day(
    stage: Stage, life: timedelta, *, accepted: bool
) -> None:
    """https://docs.stripe.com/api/checkout/sessions/create, `expires_at`."""
    form = a_form(expires_at=str(int((NOON + life).timestamp())))
    assert (stage.ask("POST", SESSIONS, form).status == 200) is accepted


def test_the_smallest_sum_our_shop_offers_stripe_for_is_one_it_takes(stage: Stage) -> None:
    """https://docs.stripe.com/currencies: a charge must be worth at least US$0.50."""
    form = a_form(**{UNIT_AMOUNT: str(SMALLEST_AMOUNT * 100)})
    assert stage.ask("POST", SESSIONS, form).status == 200


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "did not provide"),
        ({"Authorization": "Bearer sk_test_lain"}, "Invalid API Key"),
        ({"Authorization": "Basic !!!"}, "did not provide"),
        ({"Authorization": "Token x"}, "did not provide"),
    ],
)
def test_nobody_asks_without_the_right_key(stage: Stage, headers: dict[str, str], message: str) -> None:
    """https://docs.stripe.com/api/authentication: 401."""
    answer = stage.api.answer("GET", f"{SESSIONS}/cs_test_x", headers, "", at=NOON)
    assert answer.status == 401
    assert message in json.loads(answer.body)["error"]["message"]


def test_the_key_may_come_as_a_user_name_too(stage: Stage) -> None:
    """https://docs.stripe.com/api/authentication: HTTP Basic, the key as the user name."""
    headers = {"Authorization": "Basic c2tfdGVzdF9yYWhhc2lhOg=="}
    assert stage.api.answer("GET", f"{SESSIONS}/cs_x", headers, "", at=NOON).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", SESSIONS),
        ("GET", f"{SESSIONS}/"),
        ("GET", "/v1/customers/cus_x"),
        ("DELETE", f"{SESSIONS}/cs_x"),
        ("POST", "/v1/refunds"),
        ("GET", f"{SESSIONS}/cs_x"),
        ("POST", f"{SESSIONS}/cs_x/expire"),
        ("GET", "/v1/payment_intents/pi_x"),
    ],
)
def test_what_is_not_there_is_404(stage: Stage, method: str, path: str) -> None:
    """https://docs.stripe.com/api/errors: 404."""
    assert stage.ask(method, path).status == 404


def test_form_keys_become_a_tree() -> None:
    pairs = [("a", "1"), ("b[c][0][d]", "2"), ("b[c][1][d]", "3"), ("e[]", "4"), ("e[]", "5")]
    assert tree_of(pairs) == {
        "a": "1",
        "b": {"c": {"0": {"d": "2"}, "1": {"d": "3"}}},
        "e": {"0": "4", "1": "5"},
    }


@pytest.mark.parametrize("key", ["", "a[", "a]b", "a[[b]]"])
def test_form_keys_that_are_no_path_are_refused(key: str) -> None:
    with pytest.raises(Refusal):
        tree_of([(key, "1")])


def test_a_key_that_is_a_value_and_a_branch_is_refused() -> None:
    with pytest.raises(Refusal):
        tree_of([("a", "1"), ("a[b]", "2")])


# Repeated requests


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


# What it remembers


def test_an_expired_session_can_not_be_paid(stage: Stage) -> None:
    name = opened(stage)
    stage.pass_time(minutes=31)
    with pytest.raises(NotOpen):
        stage.world.pay(name, at=stage.at)
    assert json.loads(stage.ask("GET", f"{SESSIONS}/{name}").body)["payment_status"] == "unpaid"


def test_a_paid_session_is_not_paid_again_nor_expired(stage: Stage) -> None:
    """https://docs.stripe.com/api/checkout/sessions/expire: only while open."""
    name = opened(stage)
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
    name = opened(stage)
    assert json.loads(stage.ask("GET", f"{SESSIONS}/{name}").body)["url"] == f"{SITE}/bayar/{name}"
    stage.world.pay(name, at=stage.at)
    assert json.loads(stage.ask("GET", f"{SESSIONS}/{name}").body)["url"] is None


def test_the_payment_behind_a_session_is_found_after_the_first_card(stage: Stage) -> None:
    name = opened(stage)
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


# What it tells the shop


def test_a_message_the_shop_does_not_hear_is_sent_again_with_a_fresh_signature(stage: Stage) -> None:
    """https://docs.stripe.com/webhooks: retried until a 2xx, signed anew for each try."""
    name = opened(stage)
    stage.world.send_later(stage.world.pay(name, at=stage.at), times=1, due_at=stage.at)
    stage.ear_status = 500
    assert tick(stage) == 0
    assert tick(stage) == 0
    assert len(stage.heard) == 1
    stage.ear_status = 200
    stage.pass_time(minutes=10)
    assert tick(stage) == 1
    (first, first_mark), (second, second_mark) = stage.heard
    assert first == second
    assert first_mark != second_mark
    report = stage.gateway.read_webhook(second, second_mark, at=stage.at)
    assert report is not None
    assert report.kind == "paid"
    stage.pass_time(days=4)
    assert tick(stage) == 0


def test_a_shop_that_never_answers_is_given_up_after_three_days(stage: Stage) -> None:
    """https://docs.stripe.com/webhooks: for up to three days."""
    name = opened(stage)
    stage.world.send_later(stage.world.pay(name, at=stage.at), times=1, due_at=stage.at)
    stage.ear_status = 503
    for _ in range(100):
        tick(stage)
        stage.pass_time(hours=1)
    (delivery,) = deliveries_of(stage.world, name)
    assert (delivery.state, delivery.http_status) == ("given_up", 503)
    assert 10 < delivery.attempts < 40


def test_an_expiry_is_told_by_itself(stage: Stage) -> None:
    """https://docs.stripe.com/api/events/types: checkout.session.expired."""
    opened(stage)
    stage.pass_time(minutes=30)
    assert tick(stage) == 0
    stage.pass_time(minutes=1)
    assert tick(stage) == 1
    assert kinds_heard(stage) == ["checkout.session.expired"]
    assert json.loads(stage.heard[0][0])["created"] == int((NOON + timedelta(minutes=31)).timestamp())


def test_an_expiry_asked_for_by_the_shop_is_told_too(stage: Stage) -> None:
    name = opened(stage)
    stage.gateway.expire(name)
    assert tick(stage) == 1
    assert kinds_heard(stage) == ["checkout.session.expired"]


def test_two_workers_never_send_the_same_delivery_at_once(stage: Stage) -> None:
    name = opened(stage)
    stage.world.send_later(stage.world.pay(name, at=stage.at), times=1, due_at=stage.at)

    def hear_and_tick(url: str, body: bytes, mark: str) -> int:
        assert tick(stage) == 0
        return stage.ear(url, body, mark)

    arrived = deliver_due(
        stage.world,
        at=stage.at,
        webhook_secret=WEBHOOK_SECRET,
        webhook_url="http://toko.test",
        post=hear_and_tick,
    )
    assert (arrived, len(stage.heard)) == (1, 1)


# The page


def test_paying_on_the_page_tells_the_shop_and_leads_back(stage: Stage, browser: FlaskClient) -> None:
    name = opened(stage)
    page = browser.get(f"/simulasi/stripe/bayar/{name}")
    assert "bukan pembayaran sungguhan" in page.text
    assert "Rp52.500" in page.text
    assert "Keripik pisang 250 g" in page.text
    left = browser.post(f"/simulasi/stripe/bayar/{name}", data={"aksi": "bayar"})
    assert left.status_code == 303
    assert left.location == f"https://desamart.test/pesanan/DM-1?token=x&sesi={name}"
    ((body, mark),) = stage.heard
    report = stage.gateway.read_webhook(body, mark, at=stage.at)
    assert report is not None
    assert (report.kind, report.reference, report.amount) == ("paid", name, 52_500)


def test_pressing_pay_twice_takes_the_money_once(stage: Stage, browser: FlaskClient) -> None:
    name = opened(stage)
    for _ in range(2):
        assert browser.post(f"/simulasi/stripe/bayar/{name}", data={"aksi": "bayar"}).status_code == 303
    assert len(stage.heard) == 1
    assert "sudah selesai" in browser.get(f"/simulasi/stripe/bayar/{name}").text


def test_a_declined_card_stays_on_the_page_and_another_may_be_tried(
    stage: Stage, browser: FlaskClient
) -> None:
    address = f"/simulasi/stripe/bayar/{opened(stage)}"
    back = browser.post(address, data={"aksi": "tolak"}, follow_redirects=True)
    assert "Kartu Anda ditolak" in back.text
    assert stage.heard == []
    assert browser.post(address, data={"aksi": "bayar"}).status_code == 303


def test_leaving_the_page_leads_back_and_leaves_it_open(stage: Stage, browser: FlaskClient) -> None:
    name = opened(stage)
    left = browser.post(f"/simulasi/stripe/bayar/{name}", data={"aksi": "batal"})
    assert (left.status_code, left.location) == (303, "https://desamart.test/pesanan/DM-1?token=x")
    assert stage.gateway.status(name, at=stage.at).kind == "pending"


def test_the_page_leads_nowhere_but_where_the_shop_said(stage: Stage, browser: FlaskClient) -> None:
    address = f"/simulasi/stripe/bayar/{opened(stage)}?next=https://jahat.test&success_url=https://jahat.test"
    form = {"aksi": "batal", "cancel_url": "https://jahat.test", "success_url": "https://jahat.test"}
    assert "jahat" not in browser.post(address, data=form).location
    assert "jahat" not in browser.get(address).text


def test_a_page_whose_time_is_over_takes_nothing(stage: Stage, browser: FlaskClient) -> None:
    address = f"/simulasi/stripe/bayar/{opened(stage)}"
    stage.pass_time(minutes=31)
    assert browser.get(address).status_code == 410
    answer = browser.post(address, data={"aksi": "bayar"})
    assert answer.status_code == 410
    assert "Waktu bayar sudah habis" in answer.text
    assert kinds_heard(stage) == []


def test_an_unknown_page_is_404(browser: FlaskClient) -> None:
    assert browser.get("/simulasi/stripe/bayar/cs_test_x").status_code == 404
    assert browser.post("/simulasi/stripe/bayar/cs_test_x", data={"aksi": "bayar"}).status_code == 404


def test_goods_called_like_a_script_are_shown_as_text(stage: Stage, browser: FlaskClient) -> None:
    form = a_form(**{"line_items[0][price_data][product_data][name]": "<script>alert(1)</script>"})
    name = json.loads(stage.ask("POST", SESSIONS, form).body)["id"]
    assert "<script" not in browser.get(f"/simulasi/stripe/bayar/{name}").text


def test_the_shop_not_answering_does_not_keep_the_buyer(stage: Stage, browser: FlaskClient) -> None:
    stage.ear_status = 500
    name = opened(stage)
    assert browser.post(f"/simulasi/stripe/bayar/{name}", data={"aksi": "bayar"}).status_code == 303
    (delivery,) = deliveries_of(stage.world, name)
    assert (delivery.state, delivery.http_status) == ("waiting", 500)


def test_the_sdk_reaches_the_api_over_http(stage: Stage, site: Flask) -> None:
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        gateway = StripeGateway(
            secret_key=KEY,
            webhook_secret=WEBHOOK_SECRET,
            api_base=f"http://127.0.0.1:{server.server_port}/simulasi/stripe",
        )
        name = gateway.open_checkout(a_request()).reference
        gateway.expire(name)
        assert gateway.status(name, at=NOON).kind == "expired"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# The desk for trouble


def order(browser: FlaskClient, name: str, **fields: str) -> list[dict[str, object]]:
    answer = browser.post(f"/simulasi/stripe/kendali/{name}", data=fields)
    assert answer.status_code == 200, answer.text
    deliveries: list[dict[str, object]] = answer.get_json()["deliveries"]
    return deliveries


def test_a_message_may_be_ordered_several_times(stage: Stage, browser: FlaskClient) -> None:
    sent = order(browser, opened(stage), aksi="bayar", kirim="20")
    assert [one["state"] for one in sent] == ["delivered"] * 20
    assert len(stage.heard) == 20
    assert len({body for body, _ in stage.heard}) == 1


def test_a_paid_session_s_message_may_be_sent_once_more(stage: Stage, browser: FlaskClient) -> None:
    name = opened(stage)
    order(browser, name, aksi="bayar")
    order(browser, name, aksi="bayar", kirim="2")
    assert len(stage.heard) == 3
    assert len({json.loads(body)["id"] for body, _ in stage.heard}) == 1


def test_a_message_may_be_lost(stage: Stage, browser: FlaskClient) -> None:
    name = opened(stage)
    assert order(browser, name, aksi="bayar", kirim="0") == []
    assert stage.gateway.status(name, at=stage.at).kind == "paid"


def test_a_message_may_be_late(stage: Stage, browser: FlaskClient) -> None:
    (late,) = order(browser, opened(stage), aksi="bayar", tunda="3600")
    assert (late["state"], stage.heard) == ("waiting", [])
    stage.pass_time(minutes=59)
    assert tick(stage) == 0
    stage.pass_time(minutes=1)
    assert tick(stage) == 1


def test_a_forged_message_changes_nothing_and_is_recognised(stage: Stage, browser: FlaskClient) -> None:
    stage.ear_status = 400
    name = opened(stage)
    (forged,) = order(browser, name, aksi="bayar", tandatangan="palsu")
    assert (forged["state"], forged["http_status"]) == ("given_up", 400)
    ((body, mark),) = stage.heard
    assert json.loads(body)["data"]["object"]["payment_status"] == "paid"
    with pytest.raises(Exception, match="tidak sah"):
        stage.gateway.read_webhook(body, mark, at=stage.at)
    assert stage.gateway.status(name, at=stage.at).kind == "pending"


def test_another_sum_may_be_paid(stage: Stage, browser: FlaskClient) -> None:
    name = opened(stage)
    order(browser, name, aksi="bayar", jumlah="5250001")
    report = stage.gateway.read_webhook(*stage.heard[0], at=stage.at)
    assert report is not None
    assert report.amount is None
    assert stage.gateway.status(name, at=stage.at).amount is None


def test_an_expiry_may_be_ordered(stage: Stage, browser: FlaskClient) -> None:
    name = opened(stage)
    order(browser, name, aksi="kedaluwarsa")
    assert kinds_heard(stage) == ["checkout.session.expired"]
    assert browser.post(f"/simulasi/stripe/kendali/{name}", data={"aksi": "bayar"}).status_code == 409


def test_a_declined_card_is_told_as_a_kind_the_shop_does_not_use(stage: Stage, browser: FlaskClient) -> None:
    order(browser, opened(stage), aksi="tolak")
    assert kinds_heard(stage) == ["payment_intent.payment_failed"]
    assert stage.gateway.read_webhook(*stage.heard[0], at=stage.at) is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"aksi": "curi"},
        {"aksi": "bayar", "kirim": "-1"},
        {"aksi": "bayar", "kirim": "21"},
        {"aksi": "bayar", "tunda": "1.5"},
        {"aksi": "bayar", "jumlah": "٣"},
        {"aksi": "bayar", "tandatangan": "asal"},
        {"aksi": "tolak", "tandatangan": "palsu"},
        {"aksi": "tolak", "jumlah": "1"},
    ],
)
def test_an_order_that_can_not_be_read_changes_nothing(
    stage: Stage, browser: FlaskClient, fields: dict[str, str]
) -> None:
    name = opened(stage)
    assert browser.post(f"/simulasi/stripe/kendali/{name}", data=fields).status_code == 400
    state = browser.get(f"/simulasi/stripe/kendali/{name}").get_json()
    assert (state["session"]["status"], state["deliveries"]) == ("open", [])


def test_the_desk_does_not_know_a_session_nobody_opened(browser: FlaskClient) -> None:
    assert browser.get("/simulasi/stripe/kendali/cs_x").status_code == 404
    assert browser.post("/simulasi/stripe/kendali/cs_x", data={"aksi": "bayar"}).status_code == 404


@pytest.mark.parametrize("mode", ["production", "", "Demo"])
def test_the_simulator_can_not_be_made_outside_demo_mode(stage: Stage, mode: str) -> None:
    with pytest.raises(RuntimeError, match="demo mode only"):
        make_simulator(
            stage.world,
            secret_key=KEY,
            webhook_secret=WEBHOOK_SECRET,
            webhook_url=str,
            public_url=str,
            mode=mode,
        )


def test_a_form_of_stripe_s_own_words_is_what_the_sdk_sends(stage: Stage) -> None:
    """The simulator's table and the SDK's spelling meet: every parameter of ours passes by hand too."""
    expires_at = str(int((NOON + timedelta(minutes=31)).timestamp()))
    form = a_form(
        **{
            "cancel_url": "https://desamart.test/tidak",
            "client_reference_id": "DM-1",
            "customer_email": "a@b.test",
            "expires_at": expires_at,
            "locale": "id",
            "metadata[order]": "DM-1",
            "payment_intent_data[description]": "DesaMart DM-1",
            "payment_intent_data[metadata][order]": "DM-1",
            "payment_method_types[0]": "card",
        }
    )
    assert stage.ask("POST", SESSIONS, form).status == 200
