"""The gateway: the real SDK, our words on one side, Stripe's on the other."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import stripe

from marketplace.payments.provider import (
    BadSignature,
    CheckoutLine,
    ProviderRefused,
    ProviderReport,
    ProviderUnavailable,
    RefundRequest,
)
from marketplace.payments.simulator.delivery import signature
from marketplace.payments.simulator.objects import SimulatedSession
from marketplace.payments.simulator.parameters import Tree
from marketplace.payments.simulator.refunds import Trouble, order_trouble, refunds_of
from marketplace.payments.stripe_provider import SIGNATURE_HEADER, StripeGateway
from tests.payments.stripe_stage import KEY, NOON, SITE, WEBHOOK_SECRET, Stage, a_request, page_of


def signed(payload: str, secret: str, at: datetime) -> dict[str, str]:
    return {SIGNATURE_HEADER: signature(payload, secret, at)}


def read(stage: Stage, payload: str, *, secret: str = WEBHOOK_SECRET) -> ProviderReport | None:
    return stage.gateway.read_webhook(payload.encode(), signed(payload, secret, stage.at), at=stage.at)


def altered(payload: str, **changes: object) -> str:
    event: Tree = json.loads(payload)
    event["data"]["object"].update(changes)
    return json.dumps(event)


def test_a_checkout_opens_at_stripe_s_page_for_the_time_asked(stage: Stage) -> None:
    checkout = stage.gateway.open_checkout(a_request())
    assert checkout.reference.startswith("cs_test_")
    assert checkout.url == f"{SITE}/bayar/{checkout.reference}"
    assert checkout.expires_at == NOON + timedelta(minutes=31)


def test_rupiah_travel_in_hundredths_and_come_back_whole(stage: Stage) -> None:
    """https://docs.stripe.com/currencies: IDR is not among the zero-decimal currencies, so Rp1 is 100."""
    checkout = stage.gateway.open_checkout(a_request())
    told = json.loads(stage.ask("GET", f"/v1/checkout/sessions/{checkout.reference}").body)
    assert (told["amount_total"], told["currency"]) == (5_250_000, "idr")
    params = stage.world.session(checkout.reference, at=stage.at).params
    assert [(item["quantity"], item["price_data"]["unit_amount"]) for item in params["line_items"]] == [
        (3, 1_250_000),
        (1, 1_500_000),
    ]
    report = stage.gateway.status(checkout.reference, at=stage.at)
    assert (report.amount, report.currency) == (52_500, "IDR")


@pytest.mark.parametrize(
    ("rupiah", "hundredths"), [(10_000, 1_000_000), (12_345, 1_234_500), (9_999_999_999, 999_999_999_900)]
)
def test_golden_amounts(stage: Stage, rupiah: int, hundredths: int) -> None:
    lines = (CheckoutLine("Kopi", rupiah, 1),)
    checkout = stage.gateway.open_checkout(a_request(amount=rupiah, lines=lines))
    assert stage.world.session(checkout.reference, at=stage.at).amount_total == hundredths
    assert stage.gateway.status(checkout.reference, at=stage.at).amount == rupiah


def test_the_order_number_and_the_attempt_are_written_on_session_and_payment(stage: Stage) -> None:
    checkout = stage.gateway.open_checkout(a_request())
    params = stage.world.session(checkout.reference, at=stage.at).params
    assert params["client_reference_id"] == "DM-1"
    assert params["metadata"] == {"order": "DM-1", "attempt": "attempt-1"}
    assert params["payment_intent_data"]["metadata"] == {"order": "DM-1", "attempt": "attempt-1"}
    assert (params["locale"], params["customer_email"]) == ("id", "pembeli@desamart.test")


def test_a_guest_without_email_is_not_asked_for_one_here(stage: Stage) -> None:
    checkout = stage.gateway.open_checkout(a_request(email=None))
    assert "customer_email" not in stage.world.session(checkout.reference, at=stage.at).params


def test_lines_that_do_not_add_up_never_leave_the_house(stage: Stage) -> None:
    with pytest.raises(ValueError, match="do not add up"):
        stage.gateway.open_checkout(a_request(amount=52_499))


def test_more_lines_than_stripe_takes_become_one_of_the_same_sum(stage: Stage) -> None:
    """Stripe's parameter reference, `line_items`: at most 100 in payment mode."""
    lines = tuple(CheckoutLine(f"Barang {number}", 1_000, 1) for number in range(101))
    checkout = stage.gateway.open_checkout(a_request(amount=101_000, lines=lines))
    items = stage.world.session(checkout.reference, at=stage.at).params["line_items"]
    assert [item["price_data"]["unit_amount"] for item in items] == [10_100_000]


def test_the_same_attempt_asked_twice_opens_one_page(stage: Stage) -> None:
    """https://docs.stripe.com/api/idempotent_requests: the same key gives the first answer again."""
    first = stage.gateway.open_checkout(a_request())
    stage.pass_time(minutes=5)
    assert stage.gateway.open_checkout(a_request()) == first


def test_the_same_attempt_with_another_sum_is_refused(stage: Stage) -> None:
    """https://docs.stripe.com/api/idempotent_requests: other parameters under one key are an error."""
    stage.gateway.open_checkout(a_request())
    with pytest.raises(ProviderRefused) as refusal:
        stage.gateway.open_checkout(a_request(amount=10_000, lines=(CheckoutLine("Kopi", 10_000, 1),)))
    assert "same parameters" in refusal.value.reason
    assert "Stripe" not in refusal.value.message


def test_a_key_still_at_work_means_try_later(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://docs.stripe.com/api/errors: 409 when another request with the same key is under way."""
    monkeypatch.setattr(stripe.HTTPClient, "_sleep_time_seconds", lambda *_: 0)
    really_open = stage.world.open_session

    def open_while_asked_again(params: Tree, *, at: datetime) -> SimulatedSession:
        with pytest.raises(ProviderUnavailable):
            stage.gateway.open_checkout(a_request())
        return really_open(params, at=at)

    monkeypatch.setattr(stage.world, "open_session", open_while_asked_again)
    assert stage.gateway.open_checkout(a_request()) == stage.gateway.open_checkout(a_request())


def test_a_wrong_key_is_refused_without_being_repeated_in_full(tmp_path: Path) -> None:
    """https://docs.stripe.com/api/errors: 401, no valid API key provided."""
    stage = Stage(tmp_path / "stripe.sqlite", key="sk_test_salah_dan_panjang")
    with pytest.raises(ProviderRefused) as refusal:
        stage.gateway.open_checkout(a_request())
    assert "Invalid API Key" in refusal.value.reason
    assert "panjang" not in refusal.value.reason


def test_a_time_below_half_an_hour_is_refused(stage: Stage) -> None:
    """https://docs.stripe.com/api/checkout/sessions/create, `expires_at`: 30 minutes to 24 hours."""
    with pytest.raises(ProviderRefused, match="tidak dapat dibuka") as refusal:
        stage.gateway.open_checkout(a_request(expires_at=NOON + timedelta(minutes=29, seconds=59)))
    assert "at least 30 minutes" in refusal.value.reason


def test_stripe_out_of_reach_is_unavailable_within_the_time_limit() -> None:
    gateway = StripeGateway(secret_key=KEY, webhook_secret=WEBHOOK_SECRET, api_base="http://127.0.0.1:9")
    with pytest.raises(ProviderUnavailable) as refusal:
        gateway.status("cs_test_x", at=NOON)
    assert refusal.value.status == 503


def test_stripe_out_of_order_is_unavailable(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://docs.stripe.com/api/errors: 5xx is trouble at Stripe's, not a refusal."""
    monkeypatch.setattr(stripe.HTTPClient, "_sleep_time_seconds", lambda *_: 0)
    monkeypatch.setattr(stage.wire, "request", lambda *_, **__: ('{"error": {"type": "api_error"}}', 500, {}))
    with pytest.raises(ProviderUnavailable):
        stage.gateway.open_checkout(a_request())


def test_status_of_an_open_a_paid_and_an_expired_page(stage: Stage) -> None:
    one = stage.gateway.open_checkout(a_request()).reference
    two = stage.gateway.open_checkout(a_request(attempt_key="attempt-2")).reference
    assert stage.gateway.status(one, at=stage.at).kind == "pending"
    stage.world.pay(one, at=stage.at)
    stage.pass_time(minutes=32)
    paid, expired = (stage.gateway.status(name, at=stage.at) for name in (one, two))
    assert (paid.kind, paid.event_id, paid.happened_at) == ("paid", f"query:{one}:paid", stage.at)
    assert (expired.kind, expired.event_id) == ("expired", f"query:{two}:expired")
    assert json.loads(paid.raw)["id"] == one


def test_asking_again_gives_the_same_event_id(stage: Stage) -> None:
    name = stage.gateway.open_checkout(a_request()).reference
    first = stage.gateway.status(name, at=stage.at)
    assert stage.gateway.status(name, at=stage.pass_time(minutes=1)).event_id == first.event_id


def test_the_state_of_an_unknown_page_is_refused(stage: Stage) -> None:
    """https://docs.stripe.com/api/errors: 404, the requested resource does not exist."""
    with pytest.raises(ProviderRefused) as refusal:
        stage.gateway.status("cs_test_tidak_ada", at=stage.at)
    assert refusal.value.code == "resource_missing"


def test_expiring_closes_the_page_and_may_be_repeated(stage: Stage) -> None:
    """https://docs.stripe.com/api/checkout/sessions/expire: only open sessions; we take the rest for done."""
    name = stage.gateway.open_checkout(a_request()).reference
    stage.gateway.expire(page_of(name))
    stage.gateway.expire(page_of(name))
    assert stage.gateway.status(name, at=stage.at).kind == "expired"


def test_expiring_a_paid_page_changes_nothing_and_is_no_error(stage: Stage) -> None:
    name = stage.gateway.open_checkout(a_request()).reference
    stage.world.pay(name, at=stage.at)
    stage.gateway.expire(page_of(name))
    assert stage.gateway.status(name, at=stage.at).kind == "paid"


def test_expiring_an_unknown_page_is_refused(stage: Stage) -> None:
    with pytest.raises(ProviderRefused):
        stage.gateway.expire(page_of("cs_test_tidak_ada"))


def test_a_signed_message_of_payment_is_read(stage: Stage) -> None:
    """https://docs.stripe.com/webhooks: HMAC-SHA256 of `{t}.{payload}` in v1."""
    name = stage.gateway.open_checkout(a_request()).reference
    event = stage.world.pay(name, at=stage.at)
    report = read(stage, event.payload)
    intent = stage.world.session(name, at=stage.at).payment_intent
    assert intent and report == ProviderReport(
        event.id, "paid", name, 52_500, "IDR", stage.at, event.payload, money=intent
    )


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        "v1=abc",
        "t=satu,v1=abc",
        "t=1,v0=abc",
        "bukan tanda tangan",
        signature("lain", WEBHOOK_SECRET, NOON),
        signature("{}", "whsec_lain", NOON),
    ],
)
def test_a_message_without_the_right_signature_is_refused(stage: Stage, header: str) -> None:
    """https://docs.stripe.com/webhooks: verify with the endpoint's secret before believing anything."""
    with pytest.raises(BadSignature):
        stage.gateway.read_webhook(b"{}", {SIGNATURE_HEADER: header}, at=NOON)


def test_a_changed_body_breaks_the_signed(stage: Stage) -> None:
    name = stage.gateway.open_checkout(a_request()).reference
    event = stage.world.pay(name, at=stage.at)
    header = signed(event.payload, WEBHOOK_SECRET, stage.at)
    with pytest.raises(BadSignature):
        stage.gateway.read_webhook(event.payload.replace("5250000", "5250001").encode(), header, at=stage.at)


def test_a_recording_played_again_after_five_minutes_is_refused(stage: Stage) -> None:
    """https://docs.stripe.com/webhooks: the libraries' tolerance is five minutes."""
    name = stage.gateway.open_checkout(a_request()).reference
    payload = stage.world.pay(name, at=stage.at).payload
    header = signed(payload, WEBHOOK_SECRET, stage.at)
    assert stage.gateway.read_webhook(payload.encode(), header, at=stage.at + timedelta(minutes=5))
    with pytest.raises(BadSignature):
        stage.gateway.read_webhook(payload.encode(), header, at=stage.at + timedelta(minutes=5, seconds=1))


def test_bytes_that_are_no_text_are_refused_as_badly_signed(stage: Stage) -> None:
    with pytest.raises(BadSignature):
        stage.gateway.read_webhook(b"\xff\xfe", signed("x", WEBHOOK_SECRET, NOON), at=NOON)


def test_kinds_of_messages_we_do_not_use_are_passed_over(stage: Stage) -> None:
    name = stage.gateway.open_checkout(a_request()).reference
    assert read(stage, stage.world.decline(name, at=stage.at).payload) is None


@pytest.mark.parametrize(
    ("event_type", "payment_status", "kind"),
    [
        ("checkout.session.completed", "paid", "paid"),
        ("checkout.session.completed", "unpaid", "pending"),
        ("checkout.session.async_payment_succeeded", "paid", "paid"),
        ("checkout.session.async_payment_failed", "unpaid", "failed"),
        ("checkout.session.expired", "unpaid", "expired"),
    ],
)
def test_each_kind_of_message_has_its_word(
    stage: Stage, event_type: str, payment_status: str, kind: str
) -> None:
    """https://docs.stripe.com/checkout/fulfillment: delayed methods complete unpaid and report later."""
    name = stage.gateway.open_checkout(a_request()).reference
    payload = altered(stage.world.pay(name, at=stage.at).payload, payment_status=payment_status)
    report = read(stage, payload.replace("checkout.session.completed", event_type))
    assert report is not None
    assert report.kind == kind


@pytest.mark.parametrize(
    ("changes", "currency"),
    [
        ({"amount_total": 5_250_050}, "IDR"),
        ({"amount_total": 5_250_000, "currency": "usd"}, "USD"),
        ({"amount_total": None}, "IDR"),
    ],
)
def test_a_sum_that_is_no_whole_rupiah_equals_no_asked_amount(
    stage: Stage, changes: dict[str, object], currency: str
) -> None:
    name = stage.gateway.open_checkout(a_request()).reference
    report = read(stage, altered(stage.world.pay(name, at=stage.at).payload, **changes))
    assert report is not None
    assert (report.amount, report.currency) == (None, currency)


def test_another_sum_than_asked_is_reported_as_it_is(stage: Stage) -> None:
    name = stage.gateway.open_checkout(a_request()).reference
    stage.world.pay(name, at=stage.at, amount=52_500)
    assert stage.gateway.status(name, at=stage.at).amount == 525


def test_a_refund_goes_back_in_hundredths_of_a_rupiah_and_is_told_in_rupiah(stage: Stage) -> None:
    """https://docs.stripe.com/currencies: Rp12.345 is 1234500."""
    name = _paid(stage)
    report = stage.gateway.refund(RefundRequest("dmr-1", 1, name, 12_345))
    assert (report.kind, report.amount, report.why) == ("succeeded", 12_345, "")
    (told,) = refunds_of(stage.world, name, at=stage.at)
    assert (told["id"], told["amount"]) == (report.reference, 1_234_500)
    assert told["metadata"] == {"refund": "dmr-1", "attempt": "dmr-1-1"}


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=5), timedelta(days=3)])
def test_a_refund_asked_again_is_sent_once_even_when_stripe_has_forgotten_the_key(
    stage: Stage, later: timedelta
) -> None:
    """https://docs.stripe.com/api/idempotent_requests: keys may be forgotten after 24 hours."""
    request = RefundRequest("dmr-1", 1, _paid(stage), 12_345)
    first = stage.gateway.refund(request)
    stage.pass_time(seconds=later.total_seconds())
    assert stage.gateway.refund(request) == first
    assert stage.gateway.refund(replace(request, attempt=2)) == first, "what has gone is not sent again"
    assert len(refunds_of(stage.world, request.reference, at=stage.at)) == 1


def test_a_failed_refund_is_told_as_often_as_asked_and_sent_again_as_another_attempt(stage: Stage) -> None:
    request = RefundRequest("dmr-1", 1, _paid(stage), 12_345)
    order_trouble(stage.world, request.reference, Trouble("failed", timedelta(0)), at=stage.at)
    assert [stage.gateway.refund(request).kind for _ in range(2)] == ["failed", "failed"]
    assert stage.gateway.refund(request).why == "unknown"
    assert stage.gateway.refund(replace(request, attempt=2)).kind == "succeeded"


def test_two_refunds_of_one_payment_are_two(stage: Stage) -> None:
    name = _paid(stage)
    for key in ("dmr-1", "dmr-2"):
        assert stage.gateway.refund(RefundRequest(key, 1, name, 20_000)).kind == "succeeded"
    with pytest.raises(ProviderRefused) as refusal:
        stage.gateway.refund(RefundRequest("dmr-3", 1, name, 20_000))
    assert "greater than unrefunded" in refusal.value.reason


def test_a_page_nobody_paid_has_nothing_to_refund(stage: Stage) -> None:
    name = stage.gateway.open_checkout(a_request()).reference
    with pytest.raises(ProviderRefused) as refusal:
        stage.gateway.refund(RefundRequest("dmr-1", 1, name, 12_345))
    assert "no payment" in refusal.value.reason


def _paid(stage: Stage) -> str:
    """A paid page of Rp52.500."""
    name = stage.gateway.open_checkout(a_request()).reference
    stage.world.pay(name, at=stage.at)
    return name
