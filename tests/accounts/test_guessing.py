"""Guessing passwords is slowed down, and nobody can be locked out of a browser they have signed in with."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from marketplace.accounts import slowing
from marketplace.accounts.models import SignInTry
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from tests import cast
from tests.shopper import Shopper, path_of

WRONG = "bukan sandinya ini"


def from_address(app: Flask, address: str) -> Shopper:
    """A browser of its own, elsewhere."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return Shopper(client)


def refused(app: Flask, subject: str, times: int, minutes_ago: int = 1) -> None:
    """So many refusals of a subject, without the time that judging passwords takes."""
    at = now() - timedelta(minutes=minutes_ago)
    with app.app_context(), transaction() as session:
        session.add_all(SignInTry(subject=subject, at=at) for _ in range(times))


@pytest.fixture
def owner(app: Flask) -> Shopper:
    """Somebody who signed in here once, and left."""
    shopper = from_address(app, "10.1.1.1")
    shopper.sign_in(cast.BUYER)
    shopper.post("/keluar")
    return shopper


def test_strangers_lock_nobody_out_of_a_browser_they_know(app: Flask, owner: Shopper) -> None:
    for subject in (f"e:{slowing.digest(cast.BUYER)}", f"s:{slowing.digest('10.1.1.1')}"):
        refused(app, subject, 40)
    stranger = from_address(app, "10.2.2.2")
    assert stranger.sign_in(cast.BUYER).status_code == 429
    assert path_of(owner.sign_in(cast.BUYER)) == "/"


def test_a_known_browser_may_guess_no_more_than_others(owner: Shopper) -> None:
    statuses = [owner.sign_in(cast.BUYER, WRONG).status_code for _ in range(9)]
    assert statuses == [422] * 8 + [429]
    assert owner.sign_in(cast.BUYER).status_code == 429


def test_the_mark_of_one_person_opens_no_guessing_of_another(app: Flask, owner: Shopper) -> None:
    refused(app, f"e:{slowing.digest(cast.SELLER)}", 40)
    assert owner.sign_in(cast.SELLER).status_code == 429


@pytest.mark.parametrize("mark", ["", "x", "WzEsMl0.x.y", "\xff"])
def test_a_forged_mark_is_none(app: Flask, client: FlaskClient, mark: str) -> None:
    refused(app, f"e:{slowing.digest(cast.BUYER)}", 40)
    client.set_cookie("perangkat", mark)
    assert Shopper(client).sign_in(cast.BUYER).status_code == 429


def test_one_e_mail_guessed_from_many_addresses_is_held_back(app: Flask) -> None:
    refused(app, f"e:{slowing.digest(cast.BUYER)}", 40, minutes_ago=50)
    assert from_address(app, "10.9.9.9").sign_in(f" {cast.BUYER.upper()} ").status_code == 429


def test_a_stranger_elsewhere_holds_up_their_own_address_only(app: Flask) -> None:
    stranger, elsewhere = from_address(app, "10.2.2.2"), from_address(app, "10.3.3.3")
    for _ in range(8):
        stranger.sign_in(cast.BUYER, WRONG)
    assert stranger.sign_in(cast.BUYER).status_code == 429
    assert path_of(elsewhere.sign_in(cast.BUYER)) == "/"


def test_many_e_mails_from_one_address_are_held_back(app: Flask) -> None:
    refused(app, f"s:{slowing.digest('10.2.2.2')}", 40)
    assert from_address(app, "10.2.2.2").sign_in("siapa@contoh.test", WRONG).status_code == 429


def test_all_addresses_of_one_line_are_one(app: Flask) -> None:
    """Whoever has IPv6 has more addresses than anybody can count."""
    for number in range(8):
        assert from_address(app, f"2001:db8:1:2::{number}").sign_in(cast.BUYER, WRONG).status_code == 422
    assert from_address(app, "2001:db8:1:2:ff:ff:ff:ff").sign_in(cast.BUYER).status_code == 429
    assert path_of(from_address(app, "2001:db8:1:3::1").sign_in(cast.BUYER)) == "/"
    for _ in range(8):
        from_address(app, "::ffff:10.2.2.2").sign_in(cast.SELLER, WRONG)
    assert from_address(app, "10.2.2.2").sign_in(cast.SELLER).status_code == 429
    assert path_of(from_address(app, "::ffff:10.2.2.3").sign_in(cast.SELLER)) == "/"


def test_a_forwarding_header_changes_nobodys_address(app: Flask) -> None:
    """Only the proxy of production is believed, and it writes the header itself."""
    stranger = from_address(app, "10.2.2.2")
    form = {"csrf_token": stranger.token(), "email": cast.BUYER, "sandi": WRONG}
    statuses = [
        stranger.client.post("/masuk", data=form, headers={"X-Forwarded-For": f"10.7.7.{n}"}).status_code
        for n in range(9)
    ]
    assert statuses[-1] == 429


def test_held_back_tries_come_free_by_themselves(app: Flask, client: FlaskClient) -> None:
    refused(app, f"p:{slowing.digest(slowing.digest(cast.BUYER) + ' 127.0.0.1')}", 8)
    shopper = Shopper(client)
    assert shopper.sign_in(cast.BUYER).status_code == 429
    with app.app_context():
        assert db.session.scalar(select(func.count(SignInTry.id))) == 8
        with transaction() as session:
            session.execute(update(SignInTry).values(at=now() - timedelta(minutes=16)))
    assert path_of(shopper.sign_in(cast.BUYER)) == "/"
