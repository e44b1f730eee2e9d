"""The simulated Stripe's page for buyers and its desk for trouble on demand."""

import json
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from marketplace.payments.provider import BadSignature
from marketplace.payments.simulator.delivery import deliveries_of
from marketplace.payments.simulator.views import make_simulator
from marketplace.payments.stripe_provider import StripeGateway
from tests.payments.stripe_stage import (
    KEY,
    NOON,
    SESSIONS,
    WEBHOOK_SECRET,
    Stage,
    a_form,
    a_request,
    page_of,
)


def test_paying_on_the_page_tells_the_shop_and_leads_back(stage: Stage, browser: FlaskClient) -> None:
    name = stage.opened()
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
    name = stage.opened()
    for _ in range(2):
        assert browser.post(f"/simulasi/stripe/bayar/{name}", data={"aksi": "bayar"}).status_code == 303
    assert len(stage.heard) == 1
    assert "sudah selesai" in browser.get(f"/simulasi/stripe/bayar/{name}").text


def test_a_declined_card_stays_on_the_page_and_another_may_be_tried(
    stage: Stage, browser: FlaskClient
) -> None:
    address = f"/simulasi/stripe/bayar/{stage.opened()}"
    back = browser.post(address, data={"aksi": "tolak"}, follow_redirects=True)
    assert "Kartu Anda ditolak" in back.text
    assert stage.heard == []
    assert browser.post(address, data={"aksi": "bayar"}).status_code == 303


def test_leaving_the_page_leads_back_and_leaves_it_open(stage: Stage, browser: FlaskClient) -> None:
    name = stage.opened()
    left = browser.post(f"/simulasi/stripe/bayar/{name}", data={"aksi": "batal"})
    assert (left.status_code, left.location) == (303, "https://desamart.test/pesanan/DM-1?token=x")
    assert stage.gateway.status(name, at=stage.at).kind == "pending"


def test_the_page_leads_nowhere_but_where_the_shop_said(stage: Stage, browser: FlaskClient) -> None:
    address = (
        f"/simulasi/stripe/bayar/{stage.opened()}?next=https://jahat.test&success_url=https://jahat.test"
    )
    form = {"aksi": "batal", "cancel_url": "https://jahat.test", "success_url": "https://jahat.test"}
    assert "jahat" not in browser.post(address, data=form).location
    assert "jahat" not in browser.get(address).text


def test_a_page_whose_time_is_over_takes_nothing(stage: Stage, browser: FlaskClient) -> None:
    address = f"/simulasi/stripe/bayar/{stage.opened()}"
    stage.pass_time(minutes=31)
    assert browser.get(address).status_code == 410
    answer = browser.post(address, data={"aksi": "bayar"})
    assert answer.status_code == 410
    assert "Waktu bayar sudah habis" in answer.text
    assert stage.kinds_heard() == []


def test_an_unknown_page_is_404(browser: FlaskClient) -> None:
    assert browser.get("/simulasi/stripe/bayar/cs_test_x").status_code == 404
    assert browser.post("/simulasi/stripe/bayar/cs_test_x", data={"aksi": "bayar"}).status_code == 404


def test_goods_called_like_a_script_are_shown_as_text(stage: Stage, browser: FlaskClient) -> None:
    form = a_form(**{"line_items[0][price_data][product_data][name]": "<script>alert(1)</script>"})
    name = json.loads(stage.ask("POST", SESSIONS, form).body)["id"]
    assert "<script" not in browser.get(f"/simulasi/stripe/bayar/{name}").text


def test_the_shop_not_answering_does_not_keep_the_buyer(stage: Stage, browser: FlaskClient) -> None:
    stage.ear_status = 500
    name = stage.opened()
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
        gateway.expire(page_of(name))
        assert gateway.status(name, at=NOON).kind == "expired"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def order(browser: FlaskClient, name: str, **fields: str) -> list[dict[str, object]]:
    answer = browser.post(f"/simulasi/stripe/kendali/{name}", data=fields)
    assert answer.status_code == 200, answer.text
    deliveries: list[dict[str, object]] = answer.get_json()["deliveries"]
    return deliveries


def test_a_message_may_be_ordered_several_times(stage: Stage, browser: FlaskClient) -> None:
    sent = order(browser, stage.opened(), aksi="bayar", kirim="20")
    assert [one["state"] for one in sent] == ["delivered"] * 20
    assert len(stage.heard) == 20
    assert len({body for body, _ in stage.heard}) == 1


def test_a_paid_session_s_message_may_be_sent_once_more(stage: Stage, browser: FlaskClient) -> None:
    name = stage.opened()
    order(browser, name, aksi="bayar")
    order(browser, name, aksi="bayar", kirim="2")
    assert len(stage.heard) == 3
    assert len({json.loads(body)["id"] for body, _ in stage.heard}) == 1


def test_a_message_may_be_lost(stage: Stage, browser: FlaskClient) -> None:
    name = stage.opened()
    assert order(browser, name, aksi="bayar", kirim="0") == []
    assert stage.gateway.status(name, at=stage.at).kind == "paid"


def test_a_message_may_be_late(stage: Stage, browser: FlaskClient) -> None:
    (late,) = order(browser, stage.opened(), aksi="bayar", tunda="3600")
    assert (late["state"], stage.heard) == ("waiting", [])
    stage.pass_time(minutes=59)
    assert stage.tick() == 0
    stage.pass_time(minutes=1)
    assert stage.tick() == 1


def test_a_forged_message_changes_nothing_and_is_recognised(stage: Stage, browser: FlaskClient) -> None:
    stage.ear_status = 400
    name = stage.opened()
    (forged,) = order(browser, name, aksi="bayar", tandatangan="palsu")
    assert (forged["state"], forged["http_status"]) == ("given_up", 400)
    ((body, mark),) = stage.heard
    assert json.loads(body)["data"]["object"]["payment_status"] == "paid"
    with pytest.raises(Exception, match="tidak sah"):
        stage.gateway.read_webhook(body, mark, at=stage.at)
    assert stage.gateway.status(name, at=stage.at).kind == "pending"


def test_another_sum_may_be_paid(stage: Stage, browser: FlaskClient) -> None:
    name = stage.opened()
    order(browser, name, aksi="bayar", jumlah="5250001")
    report = stage.gateway.read_webhook(*stage.heard[0], at=stage.at)
    assert report is not None
    assert report.amount is None
    assert stage.gateway.status(name, at=stage.at).amount is None


def test_an_expiry_may_be_ordered(stage: Stage, browser: FlaskClient) -> None:
    name = stage.opened()
    order(browser, name, aksi="kedaluwarsa")
    assert stage.kinds_heard() == ["checkout.session.expired"]
    assert browser.post(f"/simulasi/stripe/kendali/{name}", data={"aksi": "bayar"}).status_code == 409


def test_a_declined_card_is_told_as_a_kind_the_shop_does_not_use(stage: Stage, browser: FlaskClient) -> None:
    order(browser, stage.opened(), aksi="tolak")
    assert stage.kinds_heard() == ["payment_intent.payment_failed"]
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
    name = stage.opened()
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


def test_the_desk_takes_money_back_and_tells_it_in_any_sequence(stage: Stage, browser: FlaskClient) -> None:
    name = stage.opened()
    desk = f"/simulasi/stripe/kendali/{name}"
    assert browser.post(desk, data={"aksi": "refund-dasbor"}).status_code == 409
    browser.post(desk, data={"aksi": "bayar"})
    part = browser.post(desk, data={"aksi": "refund-dasbor", "jumlah": "1000000", "tunda": "30"})
    assert part.get_json()["refunds"][0]["amount"] == 1_000_000
    browser.post(desk, data={"aksi": "refund-gagal", "kirim": "2"})
    stage.pass_time(seconds=31)
    stage.tick()
    told = ["checkout.session.completed", *["refund.updated"] * 2, *["refund.failed"] * 2]
    assert stage.kinds_heard() == [*told, "refund.created", "charge.refunded"]
    much = browser.post(desk, data={"aksi": "refund-dasbor", "jumlah": "9900000000"})
    assert much.status_code == 400 and "greater than unrefunded" in much.text
    assert browser.post(desk, data={"aksi": "sengketa-kalah"}).status_code == 409


def test_the_desk_plays_a_dispute_and_refuses_what_stripe_refuses(stage: Stage, browser: FlaskClient) -> None:
    name = stage.opened()
    desk = f"/simulasi/stripe/kendali/{name}"
    browser.post(desk, data={"aksi": "bayar", "kirim": "0"})
    browser.post(desk, data={"aksi": "sengketa-tanya"})
    opened = browser.post(desk, data={"aksi": "sengketa", "biaya": "100"}).get_json()["disputes"][0]
    assert [move["net"] for move in opened["balance_transactions"]] == [-5_250_100]
    refused = browser.post(desk, data={"aksi": "refund-dasbor"})
    assert refused.status_code == 400 and refused.get_json()["error"]["code"] == "charge_disputed"
    won = browser.post(desk, data={"aksi": "sengketa-menang"}).get_json()["disputes"][0]
    assert (won["status"], len(won["balance_transactions"]), won["is_charge_refundable"]) == ("won", 2, True)
    assert browser.post(desk, data={"aksi": "sengketa-kalah"}).status_code == 409
    kinds = ["created", "updated", "funds_withdrawn", "closed", "funds_reinstated"]
    assert stage.kinds_heard() == [f"charge.dispute.{kind}" for kind in kinds]
    forged = browser.post(desk, data={"aksi": "refund-dasbor", "tandatangan": "palsu"})
    assert forged.status_code == 200 and forged.get_json()["refunds"] == []
    body, mark = stage.heard[-1]
    with pytest.raises(BadSignature):
        stage.gateway.read_webhook(body, mark, at=stage.at)
