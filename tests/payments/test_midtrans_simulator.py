"""The simulated Midtrans: which requests it refuses and how it says so, what it remembers, what it tells."""

import json
from datetime import timedelta
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from marketplace.payments.midtrans_provider import MidtransGateway
from marketplace.payments.provider import ProviderRefused, RefundRequest
from marketplace.payments.simulator.midtrans.views import make_simulator
from marketplace.payments.simulator.post import sent_about
from tests.payments.midtrans_stage import KEY, ORDER, SNAP, Stage, a_body, a_request
from tests.payments.stripe_stage import NOON

STATUS = f"/v2/{ORDER}/status"


@pytest.fixture
def paid(midtrans: Stage) -> Stage:
    """A page of Rp12.500, paid by QRIS."""
    midtrans.ask("POST", SNAP, a_body())
    midtrans.world.pay(ORDER, at=midtrans.at)
    return midtrans


@pytest.mark.parametrize(("method", "path"), [("POST", SNAP), ("GET", STATUS)])
def test_who_does_not_have_the_key_is_refused(midtrans: Stage, method: str, path: str) -> None:
    answer = midtrans.ask(method, path, key="SB-Mid-server-salah")
    assert answer.status == 401 and "Access denied" in answer.text
    assert midtrans.api.answer(method, path, {}, "", at=midtrans.at).status == 401


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"transaction_details": {"gross_amount": 12_500}}, "order_id is required"),
        ({"transaction_details": {"order_id": "a b", "gross_amount": 12_500}}, "not allowed"),
        ({"transaction_details": {"order_id": "x" * 51, "gross_amount": 12_500}}, "too long"),
        ({"transaction_details": {"order_id": "x"}}, "gross_amount is required"),
        ({"transaction_details": {"order_id": "x", "gross_amount": "12500"}}, "must be a number"),
        ({"transaction_details": {"order_id": "x", "gross_amount": 12500.5}}, "must be a number"),
        ({"transaction_details": {"order_id": "x", "gross_amount": 0}}, "greater than or equal"),
        ({"transaction_details": {"order_id": "x", "gross_amount": 12_501}}, "not equal to the sum"),
        ({"item_details": [{"name": "x" * 51, "price": 12_500, "quantity": 1}]}, "name too long"),
        ({"item_details": [{"name": "x", "price": 12_500, "quantity": 0}]}, "must be numbers"),
        ({"item_details": "x"}, "must be a list"),
        ({"expiry": {"unit": "fortnight", "duration": 1}}, "expiry format is invalid"),
        ({"expiry": {"start_time": "besok", "unit": "minute", "duration": 1}}, "start_time"),
        ({"expiry": {"start_time": "2026-10-05 11:00:00 +0700", "unit": "minute", "duration": 5}}, "past"),
        ({"page_expiry": {"unit": "minute", "duration": 4}}, "between 5 minutes and 7 days"),
        ({"callbacks": {"finish": "javascript:x"}}, "must be addresses"),
        ({"enabled_payments": ["gopay"]}, "does not cover enabled_payments"),
    ],
)
def test_a_page_that_snap_would_not_open_is_refused(
    midtrans: Stage, change: dict[str, Any], words: str
) -> None:
    answer = midtrans.ask("POST", SNAP, a_body(**change))
    assert answer.status == 400 and words in answer.text
    assert list(answer.body) == ["error_messages"]


def test_an_order_id_that_has_a_payment_is_taken(paid: Stage) -> None:
    answer = paid.ask("POST", SNAP, a_body())
    assert (answer.status, answer.body["error_messages"]) == (
        400,
        ["transaction_details.order_id has already been taken"],
    )


def test_a_second_token_ends_the_first(midtrans: Stage) -> None:
    first, second = (midtrans.ask("POST", SNAP, a_body()).body["token"] for _ in range(2))
    assert midtrans.ask("POST", f"{SNAP}/{first}/cancel").status == 404
    assert midtrans.ask("POST", f"{SNAP}/{second}/cancel").status == 200
    assert "already canceled" in midtrans.ask("POST", f"{SNAP}/{second}/cancel").text


def test_a_page_is_not_cancelled_once_something_was_begun_on_it(midtrans: Stage) -> None:
    token = midtrans.ask("POST", SNAP, a_body()).body["token"]
    midtrans.world.begin(ORDER, "qris", at=midtrans.at)
    assert "on progress" in midtrans.ask("POST", f"{SNAP}/{token}/cancel").text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", STATUS),
        ("POST", f"/v2/{ORDER}/expire"),
        ("POST", f"/v2/{ORDER}/refund"),
        ("GET", "/v2/x/status"),
    ],
)
def test_a_payment_is_unknown_until_a_way_is_chosen(midtrans: Stage, method: str, path: str) -> None:
    """https://github.com/Midtrans/midtrans-php/issues/94."""
    midtrans.ask("POST", SNAP, a_body())
    answer = midtrans.ask(method, path)
    assert (answer.status, answer.body["status_code"]) == (404, "404")


@pytest.mark.parametrize(("method", "path"), [("POST", STATUS), ("GET", SNAP), ("POST", "/v2/x/charge")])
def test_what_the_simulator_does_not_play_is_not_there(midtrans: Stage, method: str, path: str) -> None:
    assert midtrans.ask(method, path, {}).status == 404


def test_a_paid_payment_cannot_be_expired(paid: Stage) -> None:
    answer = paid.ask("POST", f"/v2/{ORDER}/expire")
    assert (answer.status, answer.body["status_code"]) == (412, "412")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"refund_key": "a", "amount": 12_501}, "414"),
        ({"refund_key": "a", "amount": 0}, "414"),
        ({"refund_key": "a", "amount": "100"}, "414"),
        ({"refund_key": "a", "amount": True}, "414"),
    ],
)
def test_a_refund_of_more_than_is_left_is_refused(paid: Stage, body: dict[str, Any], code: str) -> None:
    assert paid.ask("POST", f"/v2/{ORDER}/refund", body).body["status_code"] == code


def test_a_refund_key_serves_once(paid: Stage) -> None:
    body = {"refund_key": "a", "amount": 5_000}
    first = paid.ask("POST", f"/v2/{ORDER}/refund", body).body
    assert (first["transaction_status"], first["refund_amount"]) == ("partial_refund", "5000.00")
    assert paid.ask("POST", f"/v2/{ORDER}/refund", body).body["status_code"] == "406"
    rest = paid.ask("POST", f"/v2/{ORDER}/refund", {"refund_key": "b"}).body
    assert (rest["transaction_status"], rest["refund_amount"]) == ("refund", "7500.00")
    assert len(paid.ask("GET", STATUS).body["refunds"]) == 2


def test_a_virtual_account_is_never_refunded(midtrans: Stage) -> None:
    midtrans.ask("POST", SNAP, a_body())
    midtrans.world.pay(ORDER, method="bank_transfer", at=midtrans.at)
    assert midtrans.ask("POST", f"/v2/{ORDER}/refund", {}).body["status_code"] == "412"


def test_the_end_of_a_payment_is_told_and_that_of_a_page_is_not(midtrans: Stage) -> None:
    """Snap sends no notification when a page ends: docs.midtrans.com, Expire a Snap Session."""
    for name in (ORDER, "attempt-2"):
        midtrans.gateway.open_checkout(a_request(attempt_key=name))
    midtrans.world.begin(ORDER, "bank_transfer", at=midtrans.at)
    midtrans.pass_time(hours=2)
    assert midtrans.tick() == 1 and midtrans.told() == ["expire"]
    assert not midtrans.world.payment("attempt-2", at=midtrans.at).payable(midtrans.at)


def test_a_message_is_repeated_five_times_and_then_given_up(midtrans: Stage) -> None:
    midtrans.opened()
    midtrans.world.tell(midtrans.world.pay(ORDER, at=NOON), "settlement", times=1, due_at=NOON)
    midtrans.ear_status = 500
    for _ in range(60):
        midtrans.tick()
        midtrans.pass_time(minutes=10)
    (sent,) = sent_about(midtrans.world.memory, ORDER)
    assert (sent.state, sent.http_status, len(midtrans.heard)) == ("given_up", 500, 6)
    assert len({body for body, _ in midtrans.heard}) == 1


def test_the_simulator_exists_in_demo_mode_only(midtrans: Stage) -> None:
    with pytest.raises(RuntimeError):
        make_simulator(midtrans.world, webhook_url=str, public_url=str, mode="production")


def test_everything_works_over_http(midtrans: Stage, midtrans_site: Flask) -> None:
    base = f"{midtrans_site.config['STANDS_AT']}/simulasi/midtrans"
    gateway = MidtransGateway(server_key=KEY, api_base=base, snap_base=base)
    page = gateway.open_checkout(a_request())
    assert gateway.status(ORDER, at=NOON).kind == "idle"
    token = page.url.rpartition("/")[2]
    shown = requests.get(f"{base}/snap/v4/redirection/{token}", timeout=10)
    assert shown.status_code == 200 and "Rp52.500" in shown.text
    address = f"{base}/snap/v4/redirection/{token}"
    left = requests.post(address, {"aksi": "bayar", "cara": "qris"}, timeout=10, allow_redirects=False)
    assert left.status_code == 303 and "transaction_status=settlement" in left.headers["Location"]
    ((body, _headers),) = midtrans.heard
    heard = gateway.read_webhook(body, {}, at=NOON)
    assert heard is not None and heard.kind == "paid"
    assert gateway.refund(RefundRequest("dmr-1", 1, ORDER, 20_000)).kind == "succeeded"
    gateway.expire(page)
    with pytest.raises(ProviderRefused):
        gateway.open_checkout(a_request())


def test_the_page_takes_a_payment_later_and_lets_another_way_be_tried(
    midtrans: Stage, midtrans_site: Flask
) -> None:
    page = _page(midtrans)
    browser = midtrans_site.test_client()
    for action, words in (("tolak", "Pembayaran ditolak"), ("tertunda", "Kode bayar Virtual account")):
        answer = browser.post(page, data={"aksi": action, "cara": "bank_transfer"}, follow_redirects=True)
        assert words in answer.text
    assert browser.post(page, data={"aksi": "bayar", "cara": "bank_transfer"}).status_code == 303
    assert midtrans.told() == ["deny", "pending", "settlement"]
    assert "sudah selesai" in browser.get(page).text


def test_leaving_the_page_leads_back_to_the_shop(midtrans: Stage, midtrans_site: Flask) -> None:
    left = midtrans_site.test_client().post(_page(midtrans), data={"aksi": "batal"})
    assert left.headers["Location"].startswith("https://desamart.test/pesanan/DM-1?token=x&order_id=")
    assert midtrans.told() == []


def test_a_page_that_is_over_or_was_never_opened_says_so(midtrans: Stage, midtrans_site: Flask) -> None:
    browser: FlaskClient = midtrans_site.test_client()
    page = _page(midtrans)
    midtrans.pass_time(hours=2)
    for answer in (browser.get(page), browser.post(page, data={"aksi": "bayar"})):
        assert answer.status_code == 410 and "tidak dapat dipakai lagi" in answer.text
    assert browser.get("/simulasi/midtrans/snap/v4/redirection/tidak-ada").status_code == 404
    assert browser.post("/simulasi/midtrans/snap/v4/redirection/tidak-ada").status_code == 404


def _page(midtrans: Stage) -> str:
    return midtrans.opened().url.removeprefix("http://midtrans.test")


def _desk(site: Flask, **order: str) -> Any:
    return site.test_client().post(f"/simulasi/midtrans/kendali/{ORDER}", data=order)


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ([{"aksi": "bayar"}], ["settlement"]),
        ([{"aksi": "bayar", "cara": "credit_card"}, {"aksi": "lunas"}], ["capture", "settlement"]),
        ([{"aksi": "bayar", "kirim": "0"}], []),
        ([{"aksi": "bayar", "kirim": "2"}], ["settlement", "settlement"]),
        ([{"aksi": "bayar"}, {"aksi": "bayar"}], ["settlement", "settlement"]),
        (
            [{"aksi": "tertunda", "kirim": "0"}, {"aksi": "bayar"}, {"aksi": "tertunda"}],
            ["settlement", "pending"],
        ),
        (
            [{"aksi": "tertunda"}, {"aksi": "kedaluwarsa"}, {"aksi": "bayar"}],
            ["pending", "expire", "settlement"],
        ),
        ([{"aksi": "tolak"}, {"aksi": "bayar"}], ["deny", "capture"]),
        ([{"aksi": "tertunda"}, {"aksi": "batal"}], ["pending", "cancel"]),
        ([{"aksi": "bayar", "tunda": "60"}, {"aksi": "bayar"}], ["settlement"]),
    ],
)
def test_the_desk_makes_every_order_of_events(
    midtrans: Stage, midtrans_site: Flask, order: list[dict[str, str]], told: list[str]
) -> None:
    midtrans.opened()
    for step in order:
        answer = _desk(midtrans_site, **step)
        assert answer.status_code == 200, answer.text
    assert midtrans.told() == told
    midtrans.pass_time(minutes=1)
    delayed = sum("tunda" in step for step in order)
    assert midtrans.tick() == delayed


def test_the_desk_forges_and_takes_other_sums(midtrans: Stage, midtrans_site: Flask) -> None:
    midtrans.opened()
    forged = _desk(midtrans_site, aksi="bayar", tandatangan="palsu").json
    assert forged["transaction"] is None and forged["deliveries"][0]["forged"]
    paid = _desk(midtrans_site, aksi="bayar", jumlah="1000.50").json
    assert paid["transaction"]["gross_amount"] == "1000.50"
    assert [json.loads(body)["gross_amount"] for body, _ in midtrans.heard] == ["52500.00", "1000.50"]
    assert midtrans.gateway.status(ORDER, at=NOON).amount is None


def test_the_desk_delays_a_refund_or_lets_it_fail(midtrans: Stage, midtrans_site: Flask) -> None:
    midtrans.opened()
    _desk(midtrans_site, aksi="bayar")
    assert _desk(midtrans_site, aksi="gagal-refund").status_code == 200
    with pytest.raises(ProviderRefused):
        midtrans.gateway.refund(RefundRequest("dmr-1", 1, ORDER, 1_000))
    assert _desk(midtrans_site, aksi="tunda-refund", tunda="60").status_code == 200
    assert midtrans.gateway.refund(RefundRequest("dmr-1", 2, ORDER, 1_000)).kind == "pending"
    midtrans.pass_time(minutes=1)
    assert midtrans.gateway.refund(RefundRequest("dmr-1", 2, ORDER, 1_000)).kind == "succeeded"


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"aksi": "terbang"}, 400),
        ({"aksi": "bayar", "kirim": "21"}, 400),
        ({"aksi": "bayar", "tunda": "-1"}, 400),
        ({"aksi": "bayar", "jumlah": "1e3"}, 400),
        ({"aksi": "tolak", "jumlah": "1000"}, 400),
        ({"aksi": "bayar", "cara": "emas"}, 400),
        ({"aksi": "bayar", "tandatangan": "pudar"}, 400),
        ({"aksi": "tolak", "tandatangan": "palsu"}, 400),
        ({"aksi": "gagal-refund", "kirim": "2"}, 400),
        ({"aksi": "kedaluwarsa"}, 409),
        ({"aksi": "lunas"}, 404),
    ],
)
def test_the_desk_refuses_what_cannot_be(
    midtrans: Stage, midtrans_site: Flask, order: dict[str, str], status: int
) -> None:
    midtrans.opened()
    answer = _desk(midtrans_site, **order)
    assert answer.status_code == status and answer.json["error"]


def test_the_desk_knows_the_payment_by_its_page_too(midtrans: Stage, midtrans_site: Flask) -> None:
    token = midtrans.opened().url.rpartition("/")[2]
    browser = midtrans_site.test_client()
    shown = browser.get(f"/simulasi/midtrans/kendali/{token}").json
    assert shown is not None and shown["page"]["order_id"] == ORDER
    assert browser.get("/simulasi/midtrans/kendali/tidak-ada").status_code == 404
    assert browser.post("/simulasi/midtrans/kendali/tidak-ada", data={"aksi": "bayar"}).status_code == 404


def test_a_qris_code_that_was_kept_can_be_paid_after_its_time(midtrans: Stage, midtrans_site: Flask) -> None:
    midtrans.opened()
    _desk(midtrans_site, aksi="tertunda", kirim="0")
    midtrans.at += timedelta(hours=3)
    assert midtrans.tick() == 1
    assert _desk(midtrans_site, aksi="bayar").status_code == 200
    assert midtrans.told() == ["expire", "settlement"]
