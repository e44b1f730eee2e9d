"""Card money comes back over HTTP: the served worker sends it, the buyer reads it on the page."""

import re
import time

import requests

from tests import cast
from tests.journeys.visitor import Visitor, words
from tests.served import Served

SECONDS = 90


def test_a_cancelled_card_order_is_sent_back_while_the_buyer_looks_on(served: Served) -> None:
    with Visitor(served.base_url) as buyer:
        buyer.put_into_basket(cast.CHIPS)
        page = buyer.post("/checkout", buyer.checkout_form(pay="stripe")).headers["Location"]
        session = page.rpartition("/")[2]
        paid = _desk(served, session, aksi="bayar")
        order = paid["session"]["cancel_url"].removeprefix(served.base_url).removesuffix("&bayar=batal")
        cancel = f"{order.partition('?')[0]}/pembatalan"
        assert buyer.post(cancel, buyer.form(order, cancel)).status_code == 303
        told = _wait_for(buyer, order, "sudah dikirim kembali ke kartu Anda")
    amount = int(re.findall(r"Rp([\d.]+) sudah dikirim", told)[0].replace(".", ""))
    (refund,) = requests.get(_address(served, session), timeout=SECONDS).json()["refunds"]
    assert (refund["status"], refund["amount"]) == ("succeeded", paid["session"]["amount_total"])
    assert refund["amount"] == amount * 100
    done = served.command("reconcile")
    assert done.returncode == 0, done.stdout


def _address(served: Served, session: str) -> str:
    return f"{served.base_url}/simulasi/stripe/kendali/{session}"


def _desk(served: Served, session: str, **order: str) -> dict[str, dict[str, str]]:
    answer = requests.post(_address(served, session), order, timeout=SECONDS)
    assert answer.status_code == 200, answer.text
    state: dict[str, dict[str, str]] = answer.json()
    return state


def _wait_for(buyer: Visitor, page: str, sentence: str) -> str:
    until = time.monotonic() + SECONDS
    while sentence not in (told := words(buyer.get(page))):
        assert time.monotonic() < until, told
        time.sleep(0.2)
    return told
