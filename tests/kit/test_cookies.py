"""A browser gets its cookie when something in it changed, and once a day, so that it does not run out."""

import re
import time
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from marketplace.kit.cookies import RENEWED_EVERY
from tests import cast
from tests.shopper import Shopper

PAGE = f"/produk/{cast.CHIPS}"


def test_a_page_that_changes_nothing_carries_no_cookie(client: FlaskClient) -> None:
    Shopper(client).take(cast.CHIPS)
    client.get("/keranjang")  # It shows what was said, and forgets it.
    for page in (PAGE, "/keranjang", "/produk"):
        answer = client.get(page)
        assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"


def test_a_cookie_is_renewed_once_a_day(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    then = int(time.time() - (RENEWED_EVERY + timedelta(minutes=5)).total_seconds())
    with monkeypatch.context() as earlier:
        earlier.setattr(TimestampSigner, "get_timestamp", lambda _self: then)
        Shopper(client).take(cast.CHIPS)
        client.get("/keranjang")
    renewed = client.get(PAGE).headers["Set-Cookie"]
    assert "Expires=" in renewed and "HttpOnly" in renewed
    assert "Set-Cookie" not in client.get(PAGE).headers


def test_a_cookie_that_was_tampered_with_opens_nothing(app: Flask, client: FlaskClient) -> None:
    Shopper(client).take(cast.CHIPS)
    cookie = client.get_cookie("desamart")
    assert cookie is not None
    for forged in (cookie.value[:-2], cookie.value.replace(".", "..", 1), "x" * 3_000):
        thief = app.test_client()
        thief.set_cookie("desamart", forged)
        assert "Keranjang masih kosong" in thief.get("/keranjang").text


def test_no_cookie_goes_with_what_others_may_keep(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = int(time.time() - (RENEWED_EVERY + timedelta(minutes=5)).total_seconds())
    with monkeypatch.context() as earlier:
        earlier.setattr(TimestampSigner, "get_timestamp", lambda _self: then)
        Shopper(client).take(cast.CHIPS)
        sheet = re.search(r'href="(/aset/\S+\.css)"', client.get("/keranjang").text)
    assert sheet
    for address in (sheet[1], "/api/v1/openapi.json"):
        answer = client.get(address)
        assert "public" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
    assert "Set-Cookie" in client.get(PAGE).headers
