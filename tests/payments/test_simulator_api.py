"""The simulated Stripe's API: which requests it refuses, and how it says so."""

import json
from datetime import timedelta

import pytest

from marketplace.payments.simulator.parameters import Refusal, tree_of
from marketplace.payments.stripe_provider import STRIPE
from tests.payments.stripe_stage import (
    NOON,
    SESSIONS,
    UNIT_AMOUNT,
    Stage,
    a_form,
)


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
    form = a_form(**{UNIT_AMOUNT: str(STRIPE.smallest * 100)})
    assert stage.ask("POST", SESSIONS, form).status == 200


def test_the_time_our_shop_gives_a_checkout_survives_a_slow_request(stage: Stage) -> None:
    """https://docs.stripe.com/api/checkout/sessions/create, `expires_at`: counted on arrival."""
    form = a_form(expires_at=str(int((NOON + STRIPE.page_lives).timestamp())))
    stage.pass_time(seconds=30)
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
        ("POST", "/v1/payouts"),
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
