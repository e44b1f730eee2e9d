"""Two hundred people want ten pieces at the same moment: ten get them, nobody else, and all are answered."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from marketplace.catalog import stocking
from marketplace.catalog.models import StockHold
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token
from marketplace.kit.transaction import transaction
from marketplace.orders import carts
from marketplace.orders.models import Order
from marketplace.storefront.furniture import CART
from tests import cast, direct, factories
from tests.databases import Databases
from tests.journeys.conftest import WEB_PROCESSES
from tests.journeys.visitor import Visitor, all_at_once, words
from tests.served import Served

BUYERS, PIECES = 200, 10
FIELDS = {
    "nama": "Budi",
    "wilayah": cast.HURUN,
    "alamat": "Dusun 2 RT 3",
    f"pengiriman-{cast.HER_SHOP}": "antar",
}


@pytest.fixture
def served(config: Config, tmp_path: Path) -> Iterator[Served]:
    """A server that takes many orders from one address, since here one stands for two hundred."""
    crowded = replace(config, orders_per_minute=10 * BUYERS)
    with Served(crowded, tmp_path / "server.log", workers=WEB_PROCESSES) as server:
        yield server


@pytest.mark.parametrize("pay", ["cod", "transfer"])
def test_of_two_hundred_buyers_ten_get_the_ten_pieces(
    served: Served, databases: Databases, engine_name: str, pay: str
) -> None:
    """In cash the pieces are sold at once, by transfer they are held: either way there is no eleventh."""
    with served.app() as app:
        direct.bank_accounts()
        with transaction():
            stocking.count(factories.product(cast.CHIPS).variants[0], PIECES, reference="uji", at=now())
        ready = [_at_the_last_page(app, number, pay) for number in range(BUYERS)]
    with ExitStack() as open_browsers:
        presses = []
        for cookie, form in ready:
            buyer = open_browsers.enter_context(Visitor(served.base_url))
            buyer.session.cookies.set(*cookie)
            presses.append(partial(buyer.post, "/checkout", form))
        answers = all_at_once(presses)
    counted = Counter(answer.status_code for answer in answers)
    print(f"{engine_name}, {pay}: {len(served.web_pids())} web processes, {BUYERS} buyers, {dict(counted)}")
    assert len(served.web_pids()) >= WEB_PROCESSES
    assert counted == {303: PIECES, 422: BUYERS - PIECES}
    assert all("habis" in words(answer) for answer in answers if answer.status_code == 422)
    with served.app():
        held = db.session.scalar(select(func.coalesce(func.sum(StockHold.quantity), 0)))
        assert db.session.scalar(select(func.count(Order.id))) == PIECES
        on_hand = factories.product(cast.CHIPS).variants[0].on_hand
        assert (on_hand, held) == ((0, 0) if pay == "cod" else (PIECES, PIECES))
    done = served.command("reconcile", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["in_flight"] == 0, done.stdout + done.stderr
    assert [line for line in databases.told(served.config.database_url) if "deadlock" in line] == []


def _at_the_last_page(app: Flask, number: int, pay: str) -> tuple[tuple[str, str], dict[str, str]]:
    """Somebody with a piece in the basket: the browser's cookie, and the form as the page fills it in."""
    with transaction():
        cart_id, token = carts.open_cart(None, None, at=now())
        carts.add(cart_id, factories.product(cast.CHIPS).variants[0], 1, at=now())
    secret = new_token()
    cookies = SecureCookieSessionInterface().get_signing_serializer(app)
    assert cookies is not None
    cookie = str(app.config["SESSION_COOKIE_NAME"]), str(cookies.dumps({CART: token, "csrf_token": secret}))
    csrf = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(secret)
    own = {"telepon": f"0812{number:08d}", "kunci": new_token(), "csrf_token": str(csrf), "pembayaran": pay}
    return cookie, FIELDS | own
