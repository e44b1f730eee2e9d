"""The adapter: our words on one side, Midtrans' on the other, and what it makes of every answer."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from marketplace.payments.midtrans_provider import MIDTRANS, MidtransGateway
from marketplace.payments.provider import (
    BadSignature,
    CheckoutLine,
    HostedCheckout,
    NotRefundable,
    ProviderRefused,
    ProviderReport,
    ProviderUnavailable,
    RefundRequest,
)
from marketplace.payments.simulator.midtrans import payments, refunds
from marketplace.payments.simulator.midtrans.refunds import Trouble, order_trouble
from marketplace.payments.simulator.midtrans.world import CannotModify
from tests.payments.midtrans_stage import KEY, ORDER, SITE, Stage, a_request
from tests.payments.stripe_stage import NOON

AGAIN = RefundRequest("dmr-1", 1, ORDER, 20_000)


@pytest.fixture
def stage(midtrans: Stage) -> Stage:
    """In this file the stage is Midtrans'."""
    return midtrans


@pytest.fixture
def paid(stage: Stage) -> Stage:
    """The checkout of `a_request`, paid by QRIS."""
    stage.opened()
    stage.world.pay(ORDER, at=stage.at)
    return stage


def _status(stage: Stage) -> ProviderReport:
    return stage.gateway.status(ORDER, at=stage.at)


def _told(stage: Stage, status: str, key: str = KEY) -> bytes:
    payment = stage.world.payment(ORDER, at=stage.at)
    return json.dumps(payments.notification(payment, status, key)).encode()


def test_a_checkout_opens_at_snap_s_page_for_the_time_asked(stage: Stage) -> None:
    checkout = stage.opened()
    page = stage.world.payment(ORDER, at=stage.at)
    assert checkout.reference == ORDER
    assert checkout.url == f"{SITE}/snap/v4/redirection/{page.token}"
    assert checkout.expires_at == NOON + timedelta(hours=2)
    assert page.expires_at == int(checkout.expires_at.timestamp())


def test_rupiah_travel_as_whole_numbers_and_come_back_whole(paid: Stage) -> None:
    assert paid.world.payment(ORDER, at=paid.at).params["transaction_details"]["gross_amount"] == 52_500
    shown = paid.ask("GET", f"/v2/{ORDER}/status").body
    assert shown["gross_amount"] == "52500.00"
    assert (_status(paid).amount, _status(paid).currency) == (52_500, "IDR")


def test_long_names_are_cut_to_what_midtrans_takes(stage: Stage) -> None:
    line = CheckoutLine("Keripik pisang kepok asli Desa Hanura rasa cokelat, DM-20261110-1", 52_500, 1)
    stage.gateway.open_checkout(a_request(lines=(line,)))
    assert len(stage.world.payment(ORDER, at=stage.at).params["item_details"][0]["name"]) == 50


def test_lines_that_do_not_add_up_are_our_mistake(stage: Stage) -> None:
    with pytest.raises(ValueError, match="do not add up"):
        stage.gateway.open_checkout(a_request(amount=52_501))


def test_asking_twice_leaves_one_page_that_can_be_paid(stage: Stage) -> None:
    """A second token ends the first: the FAQ of Midtrans, docs/midtrans-simulator.md."""
    first, second = stage.opened(), stage.opened()
    assert first.reference == second.reference and first.url != second.url
    assert stage.world.payment(ORDER, at=stage.at).token == second.url.rpartition("/")[2]


def test_on_a_page_where_nothing_was_chosen_nothing_is_under_way(stage: Stage) -> None:
    """Asked for its status Midtrans says 404 until a way to pay is chosen on the page."""
    stage.opened()
    report = _status(stage)
    assert (report.kind, report.amount) == ("idle", None)
    assert stage.gateway.status(ORDER, at=stage.at).event_id == report.event_id


@pytest.mark.parametrize(
    ("status", "fraud", "kind"),
    [
        ("settlement", "accept", "paid"),
        ("capture", "accept", "paid"),
        ("capture", "challenge", "pending"),
        ("capture", "deny", "pending"),
        ("authorize", "accept", "pending"),
        ("pending", "accept", "pending"),
        ("deny", "deny", "idle"),
        ("cancel", "accept", "failed"),
        ("failure", "accept", "failed"),
        ("expire", "accept", "expired"),
        ("something new", "", "pending"),
    ],
)
def test_what_each_state_means(paid: Stage, status: str, fraud: str, kind: str) -> None:
    """https://docs.midtrans.com/docs/transaction-status-cycle."""
    _bend(paid, status=status, fraud=fraud)
    assert _status(paid).kind == kind


@pytest.mark.parametrize(
    ("status", "kind", "level"),
    [
        ("refund", "refund", 52_500),
        ("partial_refund", "refund", None),
        ("chargeback", "dispute", 52_500),
        ("partial_chargeback", "dispute", None),
    ],
)
def test_money_that_went_back_was_paid_before_and_how_much_went_is_told_or_unknown(
    paid: Stage, status: str, kind: str, level: int | None
) -> None:
    _bend(paid, status=status)
    report = _status(paid)
    assert (report.kind, report.amount) == ("paid", 52_500)
    assert [(one.kind, one.level, one.standing) for one in report.taken] == [(kind, level, "final")]


@pytest.mark.parametrize(
    ("taken", "amount"),
    [("52500.00", 52_500), ("52500.50", None), ("52500", None), ("5.25e4", None), ("٥٢٥٠٠.00", None)],
)
def test_only_whole_rupiah_with_two_decimals_are_an_amount(
    paid: Stage, taken: str, amount: int | None
) -> None:
    _bend(paid, taken=taken)
    assert _status(paid).amount == amount


def test_another_currency_has_no_amount(paid: Stage) -> None:
    _bend(paid, currency="SGD")
    assert (_status(paid).amount, _status(paid).currency) == (None, "SGD")


def test_the_moment_of_the_settlement_is_read_as_western_indonesian_time(paid: Stage) -> None:
    assert _status(paid).happened_at == NOON


def test_the_same_state_has_the_same_event_id_whoever_tells_it(paid: Stage) -> None:
    heard = paid.gateway.read_webhook(_told(paid, "settlement"), {}, at=paid.at)
    assert heard is not None and heard.event_id == _status(paid).event_id


def test_a_message_that_was_overtaken_says_what_is_true_now(paid: Stage) -> None:
    late = paid.gateway.read_webhook(_told(paid, "pending"), {}, at=paid.at)
    assert late is not None and (late.kind, late.amount) == ("paid", 52_500)


def test_a_message_is_believed_no_further_than_midtrans_itself(stage: Stage) -> None:
    """Signed rightly, yet nothing was paid: somebody has the key, or the message is a mistake."""
    stage.opened()
    stage.world.begin(ORDER, "qris", at=stage.at)
    report = stage.gateway.read_webhook(_told(stage, "settlement"), {}, at=stage.at)
    assert report is not None and report.kind == "pending"


def test_a_message_about_a_page_on_which_nothing_was_begun_is_of_no_use(stage: Stage) -> None:
    stage.opened()
    assert stage.gateway.read_webhook(_told(stage, "settlement"), {}, at=stage.at) is None


@pytest.mark.parametrize("name", ["order_id", "status_code", "gross_amount", "signature_key"])
def test_a_message_that_is_altered_or_lacks_a_part_is_refused(paid: Stage, name: str) -> None:
    """SHA512(order_id + status_code + gross_amount + server key)."""
    whole: dict[str, Any] = json.loads(_told(paid, "settlement"))
    for changed in (f"{whole[name]}1", 7, None):
        with pytest.raises(BadSignature):
            paid.gateway.read_webhook(json.dumps({**whole, name: changed}).encode(), {}, at=paid.at)
    del whole[name]
    with pytest.raises(BadSignature):
        paid.gateway.read_webhook(json.dumps(whole).encode(), {}, at=paid.at)


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"[]", b'"x"', b"{}", b"null", b"[" * 5000])
def test_what_is_no_message_is_refused_as_badly_signed(stage: Stage, payload: bytes) -> None:
    with pytest.raises(BadSignature):
        stage.gateway.read_webhook(payload, {}, at=NOON)


def test_a_message_signed_with_another_key_is_refused(paid: Stage) -> None:
    with pytest.raises(BadSignature):
        paid.gateway.read_webhook(_told(paid, "settlement", "SB-Mid-server-lain"), {}, at=paid.at)


def test_our_name_stands_although_midtrans_answers_with_its_own(
    paid: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DANA and some banks: https://github.com/veritrans/SNAP-Woocommerce/pull/85."""
    really = paid.world.shown
    monkeypatch.setattr(
        paid.world, "shown", lambda *args, **named: really(*args, **named) | {"order_id": "9f1c"}
    )
    heard = paid.gateway.read_webhook(_told(paid, "settlement"), {}, at=paid.at)
    assert heard is not None and heard.reference == ORDER == _status(paid).reference


def test_closing_a_page_on_which_nothing_was_begun_ends_it(stage: Stage) -> None:
    page = stage.opened()
    for _ in range(2):
        stage.gateway.expire(page)
    assert not stage.world.payment(ORDER, at=stage.at).payable(stage.at)


def test_closing_a_page_ends_the_payment_that_was_begun_there(stage: Stage) -> None:
    page = stage.opened()
    stage.world.begin(ORDER, "bank_transfer", at=stage.at)
    for _ in range(2):
        stage.gateway.expire(page)
    assert _status(stage).kind == "expired"


def test_closing_a_page_that_is_paid_is_no_error(paid: Stage) -> None:
    page = paid.api.page_of(paid.world.payment(ORDER, at=paid.at).token)
    paid.gateway.expire(HostedCheckout(ORDER, page, NOON))
    assert _status(paid).kind == "paid"


def test_a_page_that_stays_open_against_our_will_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = stage.opened()
    stage.world.begin(ORDER, "qris", at=stage.at)
    monkeypatch.setattr(stage.world, "expire", _raising(CannotModify("pending")))
    with pytest.raises(ProviderRefused):
        stage.gateway.expire(page)


def test_parts_of_a_payment_go_back_until_nothing_is_left(paid: Stage) -> None:
    first = paid.gateway.refund(AGAIN)
    assert (first.kind, first.amount, first.reference) == ("succeeded", 20_000, "dmr-1-1")
    second = paid.gateway.refund(RefundRequest("dmr-2", 1, ORDER, 32_500))
    assert second.kind == "succeeded"
    assert refunds.refunded(paid.world, ORDER, at=paid.at) == [20_000, 32_500]
    with pytest.raises(ProviderRefused):
        paid.gateway.refund(RefundRequest("dmr-3", 1, ORDER, 1))


def test_asking_again_for_a_refund_finds_it_and_sends_nothing(paid: Stage) -> None:
    for attempt in (1, 1, 2):
        told = paid.gateway.refund(RefundRequest("dmr-1", attempt, ORDER, 20_000))
        assert (told.kind, told.reference) == ("succeeded", "dmr-1-1")
    assert refunds.refunded(paid.world, ORDER, at=paid.at) == [20_000]


def test_a_refund_is_done_when_the_bank_has_confirmed_it(paid: Stage) -> None:
    order_trouble(paid.world, ORDER, Trouble("succeeded", timedelta(hours=1)), at=paid.at)
    assert paid.gateway.refund(AGAIN).kind == "pending"
    paid.pass_time(hours=1)
    assert paid.gateway.refund(AGAIN).kind == "succeeded"


def test_a_refused_refund_is_sent_again_under_another_key(paid: Stage) -> None:
    order_trouble(paid.world, ORDER, Trouble("failed", timedelta(0)), at=paid.at)
    with pytest.raises(ProviderRefused) as refused:
        paid.gateway.refund(AGAIN)
    assert "insufficient funds" in refused.value.reason and not isinstance(refused.value, NotRefundable)
    again = paid.gateway.refund(RefundRequest("dmr-1", 2, ORDER, 20_000))
    assert (again.kind, again.reference) == ("succeeded", "dmr-1-2")


@pytest.mark.parametrize(
    ("method", "amount"), [("bank_transfer", 52_500), ("shopeepay", 20_000), ("echannel", 1)]
)
def test_money_that_never_goes_back_this_way_is_not_asked_for(stage: Stage, method: str, amount: int) -> None:
    stage.opened()
    stage.world.pay(ORDER, method=method, at=stage.at)
    with pytest.raises(NotRefundable):
        stage.gateway.refund(RefundRequest("dmr-1", 1, ORDER, amount))


def test_a_card_that_has_not_settled_yet_is_refunded_later(stage: Stage) -> None:
    stage.opened()
    stage.world.pay(ORDER, method="credit_card", at=stage.at)
    assert _status(stage).kind == "paid"
    with pytest.raises(ProviderRefused) as refused:
        stage.gateway.refund(AGAIN)
    assert not isinstance(refused.value, NotRefundable)
    stage.world.settle(ORDER, at=stage.pass_time(days=1))
    assert stage.gateway.refund(AGAIN).kind == "succeeded"


def test_a_refund_of_what_was_never_paid_is_refused(stage: Stage) -> None:
    stage.opened()
    with pytest.raises(ProviderRefused):
        stage.gateway.refund(AGAIN)


def test_a_wrong_key_is_refused_with_midtrans_own_words(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "m.sqlite", key="SB-Mid-server-salah")
    with pytest.raises(ProviderRefused) as refused:
        stage.opened()
    assert refused.value.code == "401" and "Access denied" in refused.value.reason
    with pytest.raises(ProviderRefused):
        stage.gateway.status(ORDER, at=stage.at)


class _Answering(requests.Session):
    """A Midtrans in trouble: every request gets this answer, or this error."""

    def __init__(self, status: int, body: bytes, error: Exception | None = None) -> None:
        super().__init__()
        self.answer = status, body
        self.error = error
        self.asked: list[dict[str, Any]] = []

    def request(self, *_args: Any, **named: Any) -> requests.Response:  # type: ignore[override]
        self.asked.append(named)
        if self.error:
            raise self.error
        reply = requests.Response()
        reply.status_code, reply._content = self.answer
        return reply


def _before(session: _Answering) -> MidtransGateway:
    return MidtransGateway(server_key=KEY, api_base=SITE, snap_base=SITE, open_session=lambda: session)


@pytest.mark.parametrize(
    "session",
    [
        _Answering(0, b"", requests.ConnectTimeout()),
        _Answering(0, b"", requests.ConnectionError()),
        _Answering(500, b"{}"),
        _Answering(503, b'{"status_code": "503"}'),
        _Answering(200, b'{"status_code": "500", "status_message": "internal server error"}'),
        _Answering(429, b"{}"),
        _Answering(302, b"{}"),
        _Answering(200, b"<html>"),
        _Answering(502, b"<html>"),
        _Answering(200, b"[]"),
    ],
)
def test_silence_and_trouble_are_told_from_a_refusal(session: _Answering) -> None:
    gateway = _before(session)
    with pytest.raises(ProviderUnavailable):
        gateway.open_checkout(a_request())
    with pytest.raises(ProviderUnavailable):
        gateway.status(ORDER, at=NOON)


def test_a_refusal_that_stands_only_in_the_body_is_one() -> None:
    """Midtrans' own clients look at both: Midtrans/midtrans-python-client, http_client.py."""
    body = b'{"status_code": "412", "status_message": "Merchant cannot modify"}'
    with pytest.raises(ProviderRefused) as refused:
        _before(_Answering(200, body)).open_checkout(a_request())
    assert refused.value.code == "412"
    lost = b'{"status_code": "404", "status_message": "Transaction doesn\'t exist."}'
    assert _before(_Answering(200, lost)).status(ORDER, at=NOON).kind == "idle"


def test_the_server_key_is_the_user_and_ten_seconds_are_waited() -> None:
    session = _Answering(200, b'{"redirect_url": "https://app.midtrans.com/snap/v4/redirection/x"}')
    _before(session).open_checkout(a_request())
    (asked,) = session.asked
    assert (asked["auth"], asked["timeout"], asked["allow_redirects"]) == ((KEY, ""), 10, False)


def test_midtrans_can_what_it_says() -> None:
    assert MIDTRANS.code == "midtrans" and MIDTRANS.receiver == "platform"
    assert MIDTRANS.refunds and MIDTRANS.part_refunds and MIDTRANS.refunds_by_key


def _bend(stage: Stage, **changes: str) -> None:
    """The payment is in a state into which only Midtrans itself can bring it."""
    with stage.world.memory.writing() as db:
        for column, value in changes.items():
            db.execute(f"UPDATE payment SET {column} = ?", (value,))


def _raising(error: Exception) -> Any:
    def raising(*_args: object, at: datetime) -> None:
        raise error

    return raising
