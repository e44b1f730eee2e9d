"""The simulated Stripe's refunds: what it refuses, what it keeps, and the trouble that may be ordered."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.payments.stripe_stage import Stage

REFUNDS = "/v1/refunds"


def paid(stage: Stage) -> tuple[str, str]:
    """A paid checkout of Rp52.500: its session and its payment."""
    name = stage.opened()
    stage.world.pay(name, at=stage.at)
    return name, intent_of(stage, name)


def intent_of(stage: Stage, session: str) -> str:
    intent = stage.world.session(session, at=stage.at).payment_intent
    assert intent
    return intent


def refund(stage: Stage, key: str = "", **form: str) -> tuple[int, dict[str, Any]]:
    answer = stage.ask("POST", REFUNDS, form, key=key)
    told = json.loads(answer.body)
    return answer.status, told.get("error", told)


def test_a_refund_without_amount_sends_all_that_is_left(stage: Stage) -> None:
    """https://docs.stripe.com/api/refunds/create: part of it, several times, until all has gone back."""
    _name, intent = paid(stage)
    assert refund(stage, payment_intent=intent, amount="1250000")[1]["amount"] == 1_250_000
    status, told = refund(stage, payment_intent=intent, reason="requested_by_customer")
    assert (status, told["amount"], told["status"], told["currency"]) == (200, 4_000_000, "succeeded", "idr")
    again = json.loads(stage.ask("GET", f"{REFUNDS}/{told['id']}").body)
    assert again == told and again["payment_intent"] == intent


def test_more_than_is_left_is_refused(stage: Stage) -> None:
    _name, intent = paid(stage)
    refund(stage, payment_intent=intent, amount="1250000")
    status, error = refund(stage, payment_intent=intent, amount="4000001")
    assert (status, error["param"], error.get("code")) == (400, "amount", None)
    assert "is greater than unrefunded amount on charge (Rp40,000.00)" in error["message"]


def test_a_payment_that_has_gone_back_wholly_is_not_sent_again(stage: Stage) -> None:
    _name, intent = paid(stage)
    refund(stage, payment_intent=intent)
    status, error = refund(stage, payment_intent=intent)
    assert (status, error["code"]) == (400, "charge_already_refunded")


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"payment_intent": "pi_tidak_ada"}, "resource_missing", "payment_intent"),
        ({}, "parameter_missing", "charge"),
        ({"amount": "0"}, "parameter_invalid_integer", "amount"),
        ({"amount": "-100"}, "parameter_invalid_integer", "amount"),
        ({"amount": "1e6"}, "parameter_invalid_integer", "amount"),
        ({"reason": "bosan"}, None, "reason"),
        ({"warna": "biru"}, "parameter_unknown", "warna"),
        ({"reverse_transfer": "true"}, None, "reverse_transfer"),
    ],
)
def test_a_wrong_request_is_refused_and_moves_nothing(
    stage: Stage, form: dict[str, str], code: str | None, param: str
) -> None:
    _name, intent = paid(stage)
    if form and "payment_intent" not in form:
        form = form | {"payment_intent": intent}
    status, error = refund(stage, **form)
    assert (status, error.get("code"), error["param"]) == (400, code, param)
    assert listed(stage, intent) == []


def listed(stage: Stage, intent: str) -> list[dict[str, Any]]:
    return list(json.loads(stage.ask("GET", REFUNDS, {"payment_intent": intent}).body)["data"])


def test_an_unpaid_payment_has_nothing_to_refund(stage: Stage) -> None:
    name = stage.opened()
    stage.world.decline(name, at=stage.at)
    status, error = refund(stage, payment_intent=intent_of(stage, name))
    assert (status, error["param"]) == (400, "payment_intent")
    assert "does not have a successful charge to refund" in error["message"]


def test_an_unknown_refund_is_not_found(stage: Stage) -> None:
    answer = stage.ask("GET", f"{REFUNDS}/re_tidak_ada")
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (404, "resource_missing")


def test_the_same_key_refunds_once(stage: Stage) -> None:
    """https://docs.stripe.com/api/idempotent_requests."""
    _name, intent = paid(stage)
    form = {"payment_intent": intent, "amount": "1000000"}
    first, again = refund(stage, "k", **form), refund(stage, "k", **form)
    assert first == again
    assert refund(stage, "k", payment_intent=intent, amount="2")[1]["type"] == "idempotency_error"


def test_the_desk_makes_the_next_refund_fail_and_only_that_one(stage: Stage, browser: FlaskClient) -> None:
    name, intent = paid(stage)
    desk = f"/simulasi/stripe/kendali/{name}"
    assert browser.post(desk, data={"aksi": "gagal-refund"}).status_code == 200
    _status, failed = refund(stage, payment_intent=intent, amount="5250000")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "unknown")
    _status, second = refund(stage, payment_intent=intent, amount="5250000")
    assert second["status"] == "succeeded", "what failed is not taken off what is left"
    shown = browser.get(desk).get_json()["refunds"]
    assert [one["status"] for one in shown] == ["succeeded", "failed"]


@pytest.mark.parametrize(("action", "outcome"), [("tunda-refund", "succeeded"), ("gagal-refund", "failed")])
def test_the_desk_keeps_a_refund_pending_for_a_while(
    stage: Stage, browser: FlaskClient, action: str, outcome: str
) -> None:
    name, intent = paid(stage)
    browser.post(f"/simulasi/stripe/kendali/{name}", data={"aksi": action, "tunda": "60"})
    assert refund(stage, payment_intent=intent)[1]["status"] == "pending"
    stage.pass_time(seconds=60)
    assert [one["status"] for one in listed(stage, intent)] == [outcome]


def test_the_desk_refuses_messages_about_refunds(stage: Stage, browser: FlaskClient) -> None:
    name, _intent = paid(stage)
    refused = browser.post(f"/simulasi/stripe/kendali/{name}", data={"aksi": "gagal-refund", "kirim": "2"})
    assert refused.status_code == 400 and "kirim" in refused.get_json()["error"]
    unknown = browser.post("/simulasi/stripe/kendali/cs_tidak_ada", data={"aksi": "gagal-refund"})
    assert unknown.status_code == 404
