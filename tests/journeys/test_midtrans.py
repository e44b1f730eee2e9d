"""QRIS and wallets over HTTP: the served shop, its simulated Midtrans, and trouble ordered at the desk."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import requests

from marketplace.kit.clock import now
from marketplace.payments.simulator.midtrans.payments import notification
from marketplace.payments.simulator.midtrans.world import MidtransWorld
from tests import cast
from tests.journeys.visitor import Visitor, all_at_once, words
from tests.served import Served

SECONDS = 90


@pytest.fixture
def buyer(served: Served) -> Iterator[Visitor]:
    """Somebody who shops."""
    with Visitor(served.base_url) as visitor:
        yield visitor


def _to_snap(buyer: Visitor, *slugs: str) -> str:
    """The page to pay at, as the shop leads there."""
    buyer.put_into_basket(*slugs)
    answer = buyer.post("/checkout", buyer.checkout_form(pay="midtrans"))
    assert answer.status_code == 303 and "/simulasi/midtrans/snap/" in answer.headers["Location"]
    return answer.headers["Location"].removeprefix(buyer.base_url)


def _address(served: Served, page: str) -> str:
    return f"{served.base_url}/simulasi/midtrans/kendali/{page.rpartition('/')[2]}"


def _desk(served: Served, page: str, **order: str) -> Any:
    answer = requests.post(_address(served, page), order, timeout=SECONDS)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _wait_for(buyer: Visitor, page: str, sentence: str) -> str:
    until = time.monotonic() + SECONDS
    while sentence not in (told := words(buyer.get(page))):
        assert time.monotonic() < until, told
        time.sleep(0.2)
    return told


def _order(state: Any, served: Served) -> str:
    address: str = state["page"]["callbacks"]["error"]
    return address.removeprefix(served.base_url).removesuffix("&bayar=batal")


def test_a_buyer_pays_on_the_page_cancels_one_shop_and_reads_that_the_money_is_back(
    served: Served, buyer: Visitor
) -> None:
    page = _to_snap(buyer, cast.CHIPS, cast.COFFEE)
    left = buyer.post(page, {"aksi": "bayar", "cara": "gopay"})
    assert left.status_code == 303 and "transaction_status=settlement" in left.headers["Location"]
    state = _desk(served, page, aksi="bayar", kirim="0")
    assert [one["state"] for one in state["deliveries"]] == ["delivered"]
    order = _order(state, served)
    cancel = f"{order.partition('?')[0]}/pembatalan"
    assert buyer.post(cancel, buyer.form(order, cancel)).status_code == 303
    _wait_for(buyer, order, "sudah dikirim kembali ke asal pembayaran Anda")
    state = requests.get(_address(served, page), timeout=SECONDS).json()
    (refund,) = state["transaction"]["refunds"]
    assert 0 < float(refund["refund_amount"]) < state["page"]["gross_amount"]
    done = served.command("reconcile")
    assert done.returncode == 0, done.stdout


def test_a_lost_message_is_found_by_the_button_and_a_forged_one_is_refused(
    served: Served, buyer: Visitor
) -> None:
    page = _to_snap(buyer, cast.CHIPS)
    state = _desk(served, page, aksi="bayar", tandatangan="palsu")
    assert [one["http_status"] for one in state["deliveries"]] == [400]
    order = _order(_desk(served, page, aksi="bayar", kirim="0"), served)
    assert "Menunggu pembayaran" in words(buyer.get(order))
    check = f"{order.partition('?')[0]}/cek-pembayaran"
    assert buyer.post(check, buyer.form(order, check)).status_code == 303
    assert "Menunggu konfirmasi" in words(buyer.get(order))


def test_the_same_notification_many_times_at_once_is_one_payment(served: Served, buyer: Visitor) -> None:
    page = _to_snap(buyer, cast.CHIPS)
    name = _desk(served, page, aksi="bayar", kirim="0")["page"]["order_id"]
    key = served.config.midtrans_server_key
    world = MidtransWorld(served.config.midtrans_simulator_file, server_key=key)
    body = json.dumps(notification(world.payment(name, at=now()), "settlement", key))
    send = partial(requests.post, f"{served.base_url}/webhook/midtrans", body, timeout=SECONDS)
    answers = all_at_once([send] * 20)
    assert Counter((answer.status_code, answer.text) for answer in answers) == {
        (200, "applied"): 1,
        (200, "seen"): 19,
    }
    done = served.command("reconcile")
    assert done.returncode == 0, done.stdout
