"""What every answer says to browsers, which hosts and methods are answered, that forms need their token."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from marketplace import create_app
from marketplace.config import Config, ConfigError
from marketplace.extensions import db
from tests import cast
from tests.browsing import Browser
from tests.databases import let_go
from tests.security import rows
from tests.security.test_hostile import PEOPLE
from tests.security.test_matrix import asked

HOST = "https://pasar.test"
ANSWERS = ["/", f"/produk/{cast.CHIPS}", "/keranjang", "/masuk", "/akun", "/tidak-ada", "/api/v1/products",
           "/api/v1/openapi.json", "/data/kamus.json", "/checkout", "/lacak", "/healthz"]  # fmt: skip


@pytest.fixture
def live(config: Config) -> Iterator[FlaskClient]:
    """A browser at the proxy of a real market, served over https."""
    made = replace(
        config,
        mode="production",
        public_url=HOST,
        trusted_hosts=("pasar.test",),
        stripe_secret_key="sk_of_a_test",
        stripe_webhook_secret="whsec_of_a_test",
        midtrans_server_key="",
        secret_key="x" * 40,
    ).completed()
    app = create_app(made)
    client = app.test_client()
    client.environ_base |= {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "pasar.test"}
    try:
        yield client
    finally:
        let_go(app)


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_forbids_what_pages_do_not_need(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy and "*" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    if path.startswith(("/data", "/api")):
        assert answer.headers.get("Access-Control-Allow-Origin", "*") == "*"
    else:
        assert "Access-Control-Allow-Origin" not in answer.headers
    kind = answer.headers["Content-Type"]
    assert not kind.startswith("text/") or "charset=utf-8" in kind
    assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers


def test_over_https_cookies_stay_with_this_host_and_browsers_never_fall_back(live: FlaskClient) -> None:
    page = live.get("/masuk", base_url=HOST)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    form = {"csrf_token": token[1], "email": cast.BUYER, "sandi": cast.PASSWORD}
    answer = live.post("/masuk", base_url=HOST, data=form, headers={"Referer": f"{HOST}/masuk"})
    cookies = answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 303 and len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-") and "Path=/" in cookie and "Domain" not in cookie
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))


@pytest.mark.parametrize("host", ["jahat.test", "pasar.test.jahat.test", "pasar.test@jahat.test", ""])
def test_another_host_is_not_answered_and_stands_in_no_link(live: FlaskClient, host: str) -> None:
    live.environ_base["HTTP_X_FORWARDED_HOST"] = host or "x y"
    answer = live.get("/", base_url="https://jahat.test")
    assert answer.status_code == 400 and "jahat" not in answer.text


def test_a_real_market_has_no_simulator_no_debugger_and_needs_its_own_secrets(live: FlaskClient) -> None:
    app = live.application
    assert not app.debug and not app.testing
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/simulasi")]
    for path in (
        "/.git/config",
        "/.env",
        "/requirements.lock",
        "/static/",
        "/static/../marketplace/config.py",
    ):
        assert live.get(path, base_url=HOST).status_code == 404
    with pytest.raises(ConfigError, match=r"SECRET_KEY.*DATABASE_URL.*TRUSTED_HOSTS"):
        Config.from_env({"DESAMART_MODE": "production"})


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "XYZ"])
def test_methods_that_no_page_speaks_are_refused_with_those_it_does(client: FlaskClient, method: str) -> None:
    for path in ("/produk", "/api/v1/products"):
        answer = client.open(path, method=method)
        assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_no_form_is_taken_without_its_token_or_with_anothers(app: Flask) -> None:
    browsers = {section: Browser(app, email) for section, email in {**PEOPLE, "": cast.BUYER}.items()}
    others = Browser(app, cast.OTHER_BUYER)
    with others.client.session_transaction() as session:
        session["csrf_token"] = "b" * 40
    found = {}
    for method, rule in asked(app):
        if method == "POST" and not rule.startswith("/webhook"):
            browser = browsers.get("/" + rule.split("/")[1]) or browsers[""]
            found[rule] = browser.client.post(
                rows.led_anywhere(rule), data={"toko": cast.HER_SHOP}
            ).status_code
    # The language is a wish of anybody; whoever leaves e-mails does it by a signed link, from their mailbox.
    assert {rule: code for rule, code in found.items() if code != 422} == {
        "/bahasa": 303,
        "/email/berhenti/<token>": 404,
    }
    assert len(found) >= 120
    stale = others.client.post("/keranjang", data={"csrf_token": others.csrf, "produk": cast.CHIPS})
    assert stale.status_code == 422


def test_looking_changes_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every address, opened by whoever may: no row is written but the moment a session was used last."""
    monkeypatch.setattr("flask.templating._render", lambda _app, template, _context: str(template.name))
    parts = rows.lay(app)
    written: set[tuple[str, str]] = set()
    now_at = [""]

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if change := re.match(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", statement):
            written.add((now_at[0], change[2]))

    with app.app_context():
        engine = db.engine
    browsers = {section: Browser(app, email) for section, email in {**PEOPLE, "": cast.BUYER}.items()}
    event.listen(engine, "before_cursor_execute", note)
    for method, rule in asked(app):
        if method == "GET":
            now_at[0] = rule
            (browsers.get("/" + rule.split("/")[1]) or browsers[""]).get(rows.filled(rule, parts))
    event.remove(engine, "before_cursor_execute", note)
    assert {change for change in written if change[1] != "sign_in"} == set()
