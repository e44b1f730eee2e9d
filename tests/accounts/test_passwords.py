"""Which passwords are taken, how one is changed, and that a changed one ends all other sessions."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from structlog.testing import capture_logs

from marketplace.accounts import browsers, passwords
from marketplace.accounts.models import SignIn
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.shopper import Shopper, path_of

NEW = "teh tawar tanpa gula"


@pytest.fixture
def shopper(client: FlaskClient) -> Shopper:
    made = Shopper(client)
    made.sign_in(cast.BUYER)
    return made


@pytest.mark.parametrize(
    "word",
    ["pendek", "qwertyuiop", "Q1W2E3R4T5", "aaaaaaaaaaaaaa", "Desa-Mart-2026", "lampung12345!",
     "admin desamart", "budi.pembeli.1", "pembeli@contoh.test", "x" * 5 + "yz" * 62],
)  # fmt: skip
def test_what_others_would_guess_is_refused(app: Flask, word: str) -> None:
    with app.test_request_context():
        assert passwords.weakness(word, about=("Budi Pembeli", "pembeli@contoh.test", "+6281234567890"))


@pytest.mark.parametrize(
    "word",
    [
        "kopi hitam tanpa gula",
        "ايقونةجميلةجدا",
        "jkq zvw plm xrt",
        "8317 5520 9946 x",
        "é" * 3 + "panjang sekali",
    ],
)
def test_any_kind_of_letters_is_taken(app: Flask, word: str) -> None:
    with app.test_request_context():
        assert passwords.weakness(word, about=("Budi Pembeli",)) is None


def test_the_list_of_leaked_ones_holds_ten_thousand_of_our_length() -> None:
    assert len(set(passwords.COMMON.read_text().split())) == 10_000


def test_a_password_is_judged_as_it_was_typed() -> None:
    kept = passwords.hashed("x" * 63 + "Y" * 65)
    assert passwords.matches(kept, "x" * 63 + "Y" * 65)
    for other in ("x" * 63 + "Y" * 65 + "z", "x" * 63 + "y" * 65, " " + "x" * 63 + "Y" * 65, ""):
        assert not passwords.matches(kept, other)
    assert not passwords.matches(None, "sandi siapa saja")


def test_a_changed_password_ends_all_other_sessions_and_renews_this_one(app: Flask, shopper: Shopper) -> None:
    other = Shopper(app.test_client())
    other.sign_in(cast.BUYER)
    before = shopper.client.get_cookie("desamart")
    assert path_of(shopper.post("/akun/sandi", sandi=cast.PASSWORD, sandi_baru=NEW)) == "/akun"
    assert path_of(other.get("/akun")).startswith("/masuk")
    assert "sudah diganti" in shopper.get("/akun").text
    thief = app.test_client()
    assert before is not None
    thief.set_cookie("desamart", before.value)
    assert path_of(thief.get("/akun")).startswith("/masuk")
    assert other.sign_in(cast.BUYER).status_code == 422
    assert path_of(other.sign_in(cast.BUYER, NEW)) == "/"


@pytest.mark.parametrize(
    ("now_it_is", "new", "reason"),
    [
        ("bukan sandinya ini", NEW, "bukan yang sekarang"),
        ("", NEW, "Tulis kata sandi Anda"),
        (cast.PASSWORD, "pendek", "paling sedikit 10"),
        (cast.PASSWORD, "budi pembeli 77", "mudah ditebak"),
        (cast.PASSWORD, "", "Buat kata sandi"),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(
    shopper: Shopper, now_it_is: str, new: str, reason: str
) -> None:
    answer = shopper.post("/akun/sandi", sandi=now_it_is, sandi_baru=new)
    assert answer.status_code == 422 and reason in answer.text and 'value="bukan' not in answer.text
    assert path_of(Shopper(shopper.client.application.test_client()).sign_in(cast.BUYER)) == "/"


def test_the_present_password_cannot_be_guessed_there_either(shopper: Shopper) -> None:
    statuses = [
        shopper.post("/akun/sandi", sandi="bukan sandinya ini", sandi_baru=NEW).status_code for _ in range(9)
    ]
    assert statuses == [422] * 8 + [429]


def test_people_with_a_role_need_twelve_letters(app: Flask) -> None:
    officer = Shopper(app.test_client())
    officer.sign_in(cast.DISTRICT_OFFICER)
    answer = officer.post("/akun/sandi", sandi=cast.PASSWORD, sandi_baru="kopi gulaa")
    assert answer.status_code == 422 and "paling sedikit 12" in answer.text


def test_both_fields_are_hidden_and_may_be_filled_by_a_keeper_of_passwords(shopper: Shopper) -> None:
    page = shopper.get("/akun/sandi").text
    assert page.count('type="password"') == 2
    assert 'autocomplete="current-password"' in page and 'autocomplete="new-password"' in page
    assert "onpaste" not in page


@pytest.mark.parametrize(("email", "hours"), [(cast.BUYER, 30 * 24), (cast.DISTRICT_OFFICER, 12)])
def test_a_session_ends_some_day_however_busy_it_is(app: Flask, email: str, hours: int) -> None:
    shopper = Shopper(app.test_client())
    shopper.sign_in(email)
    for passed, over in ((hours - 1, False), (hours + 1, True)):
        with app.app_context(), transaction() as session:
            session.execute(update(SignIn).values(started_at=now() - timedelta(hours=passed)))
        assert (shopper.get("/akun").status_code == 303) is over
    with app.app_context():
        assert browsers.signed_in_browsers(factories.person(email), at=now()) == []


def test_a_disabled_account_is_out_and_stays_out(app: Flask, shopper: Shopper) -> None:
    with app.app_context(), transaction():
        browsers.disable(factories.person(cast.BUYER), at=now())
    with app.app_context():
        assert all(db.session.scalars(select(SignIn.ended_at)))
    assert path_of(shopper.get("/akun")).startswith("/masuk")
    assert shopper.sign_in(cast.BUYER).status_code == 422


def test_leaving_clears_what_scripts_keep(shopper: Shopper) -> None:
    assert shopper.post("/keluar").headers["Clear-Site-Data"] == '"storage"'


def test_what_happens_at_the_door_is_written_down_without_secrets(app: Flask) -> None:
    with capture_logs() as lines:
        shopper = Shopper(app.test_client())
        shopper.sign_in(cast.BUYER, "bukan sandinya ini")
        shopper.sign_in(cast.BUYER)
        shopper.get("/program")
        shopper.client.post("/keranjang", data={"produk": cast.CHIPS})
        shopper.post("/akun/sandi", sandi="bukan sandinya juga", sandi_baru=NEW)
        shopper.post("/akun/sandi", sandi=cast.PASSWORD, sandi_baru=NEW)
        shopper.post("/keluar")
    told = [line["event"] for line in lines if line.get("kind") == "security"]
    assert told == [
        "password refused", "signed in", "refused", "refused", "password refused", "password changed",
        "signed out everywhere", "signed in", "signed out",
    ]  # fmt: skip
    everything = str(lines)
    assert not any(secret in everything for secret in (cast.BUYER, cast.PASSWORD, NEW, "bukan sandinya"))
