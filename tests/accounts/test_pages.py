"""Signing in, registering, leaving: who gets in, and what a refusal tells."""

import threading
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from marketplace.accounts.models import SignIn, User
from marketplace.accounts.registering import applicant, register
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from tests import cast
from tests.shopper import Shopper, hidden, path_of

NEW = {
    "nama": "Siti  Aminah",
    "telepon": "0813-7000-1234",
    "email": " Siti@Contoh.TEST ",
    "sandi": "kopi hitam tanpa gula",
}


@pytest.fixture
def shopper(client: FlaskClient) -> Shopper:
    return Shopper(client)


def people(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(User.id))) or 0


def errors_in(page: str) -> str:
    """The summary of reasons of a refused form."""
    return page[page.index('class="errors') : page.index("</div>", page.index('class="errors'))]


def test_the_right_password_opens_the_page_that_was_wanted(shopper: Shopper) -> None:
    wanted = path_of(shopper.get("/akun"))
    assert wanted == "/masuk?next=%2Fakun"
    after = hidden(shopper.get(wanted).text, "next")
    assert path_of(shopper.sign_in(cast.BUYER, next=after)) == "/akun"
    assert "Budi Pembeli" in shopper.get("/akun").text


def test_the_address_of_the_sign_in_page_says_where_to_go_on_too(shopper: Shopper) -> None:
    asked = {"email": cast.BUYER, "sandi": cast.PASSWORD}
    assert path_of(shopper.post("/masuk?next=%2Fpesanan", **asked)) == "/pesanan"
    shopper.post("/keluar")
    assert path_of(shopper.post("/masuk?next=//jahat.test", **asked)) == "/"
    shopper.post("/keluar")
    assert path_of(shopper.post("/daftar?next=%2Fcheckout", **NEW)) == "/checkout"


@pytest.mark.parametrize(
    ("stood_on", "after"),
    [
        ("http://localhost/penjual/pesanan?status=selesai", "/penjual/pesanan?status=selesai"),
        ("http://jahat.test/penjual", "/"),
        ("http://localhost//jahat.test", "/"),
        (None, "/"),
    ],
)
def test_who_sends_a_form_without_being_signed_in_is_asked_to_and_comes_back(
    client: FlaskClient, stood_on: str | None, after: str
) -> None:
    headers = {"Referer": stood_on} if stood_on else {}
    answer = client.post("/penjual/pesanan/DM-261122-7K3Q9F-1/terima", headers=headers)
    assert path_of(answer) == f"/masuk?{urlencode({'next': after})}"


@pytest.mark.parametrize("elsewhere", ["//jahat.test", "https://jahat.test", "/\\jahat.test", "javascript:x"])
def test_signing_in_never_leads_to_another_site(shopper: Shopper, elsewhere: str) -> None:
    assert path_of(shopper.sign_in(cast.BUYER, next=elsewhere)) == "/"
    assert path_of(shopper.client.get("/masuk", query_string={"next": elsewhere})) == "/"


def test_unknown_people_and_wrong_passwords_get_the_same_words(shopper: Shopper) -> None:
    wrong = shopper.sign_in(cast.BUYER, "bukan sandinya ini")
    unknown = shopper.sign_in("tidak.ada@contoh.test", "bukan sandinya ini")
    assert wrong.status_code == unknown.status_code == 422
    assert errors_in(wrong.text) == errors_in(unknown.text)
    assert f'value="{cast.BUYER}"' in wrong.text and "bukan sandinya" not in wrong.text


def test_missing_answers_are_named_beside_their_fields(shopper: Shopper) -> None:
    answer = shopper.post("/masuk", email="", sandi="")
    assert answer.status_code == 422
    assert "Tulis email Anda" in answer.text and "Tulis kata sandi Anda" in answer.text


def test_guessing_a_password_is_slowed_down(shopper: Shopper) -> None:
    statuses = [shopper.sign_in(cast.BUYER, "bukan sandinya ini").status_code for _ in range(9)]
    assert statuses[:8] == [422] * 8 and statuses[8] == 429
    refused = shopper.sign_in(cast.BUYER)
    assert refused.status_code == 429 and "Tunggu 15 menit" in refused.text


def test_a_copied_cookie_is_worth_nothing_after_leaving(app: Flask, shopper: Shopper) -> None:
    shopper.sign_in(cast.BUYER)
    cookie = shopper.client.get_cookie("desamart")
    assert cookie is not None
    assert path_of(shopper.post("/keluar")) == "/"
    thief = app.test_client()
    thief.set_cookie("desamart", cookie.value)
    assert path_of(thief.get("/akun")) == "/masuk?next=%2Fakun"


def test_leaving_everywhere_ends_the_other_browsers_too(app: Flask, shopper: Shopper) -> None:
    other = Shopper(app.test_client())
    for browser in (shopper, other):
        browser.sign_in(cast.BUYER)
    assert shopper.get("/akun").text.count("Terakhir dipakai") == 2
    assert path_of(shopper.post("/akun/keluar-semua")) == "/masuk"
    assert path_of(other.get("/akun")).startswith("/masuk")
    with app.app_context():
        assert not db.session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()


def test_signing_in_gives_the_browser_a_new_session(shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    before = shopper.client.get_cookie("desamart")
    shopper.sign_in(cast.BUYER)
    after = shopper.client.get_cookie("desamart")
    assert before is not None and after is not None and before.value != after.value


def test_the_language_stays_when_somebody_signs_in_and_out(shopper: Shopper) -> None:
    shopper.client.post("/bahasa", data={"bahasa": "en", "next": "/"})
    shopper.sign_in(cast.BUYER)
    assert '<html lang="en">' in shopper.get("/akun").text
    shopper.post("/keluar")
    assert '<html lang="en">' in shopper.get("/").text


def test_a_form_sent_after_minutes_of_reading_is_taken(app: Flask, shopper: Shopper) -> None:
    shopper.sign_in(cast.BUYER)
    order = path_of(shopper.order(cast.CHIPS)).partition("?")[0]
    forms = {
        "/keranjang": {"produk": cast.CHIPS, "jumlah": "1"},
        f"{order}/pembatalan": {"toko": cast.HER_SHOP},
    }
    token = shopper.token()
    for path, fields in forms.items():
        with app.app_context(), transaction() as session:
            session.execute(update(SignIn).values(seen_at=now() - timedelta(minutes=5)))
        path_of(shopper.client.post(path, data={"csrf_token": token, **fields}))
        with app.app_context():
            assert db.session.scalars(select(SignIn.seen_at)).one() > now() - timedelta(minutes=1)


def test_leaving_twice_is_no_error(shopper: Shopper) -> None:
    assert path_of(shopper.post("/keluar")) == "/"
    assert path_of(shopper.post("/keluar")) == "/"


def test_roles_stand_on_the_account_with_their_region(shopper: Shopper) -> None:
    shopper.sign_in(cast.DISTRICT_OFFICER)
    page = shopper.get("/akun").text
    assert "Petugas program" in page and "Kec. Teluk Pandan" in page


def test_somebody_new_is_registered_and_signed_in(app: Flask, shopper: Shopper) -> None:
    assert path_of(shopper.post("/daftar", **NEW)) == "/"
    assert "Siti Aminah" in shopper.get("/akun").text
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == "siti@contoh.test")).one()
        assert (user.name, user.phone) == ("Siti Aminah", "+6281370001234")
        assert "kopi hitam" not in user.password_hash


def test_an_email_taken_in_the_same_moment_is_refused_like_one_taken_before(
    app: Flask, shopper: Shopper
) -> None:
    written = threading.Event()

    def be_faster() -> None:
        with app.app_context(), transaction():
            register(applicant("Siti", NEW["telepon"], NEW["email"], NEW["sandi"], now()))
            written.set()
            time.sleep(0.5)

    form = {**NEW, "csrf_token": shopper.token()}
    other = threading.Thread(target=be_faster)
    other.start()
    assert written.wait(10)
    answer = shopper.client.post("/daftar", data=form)
    other.join()
    assert answer.status_code == 422 and "tidak bisa dibuat" in answer.text
    assert path_of(shopper.get("/akun")).startswith("/masuk")


def test_a_guests_basket_survives_registering(shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    shopper.post("/daftar", **NEW)
    assert "Keripik Pisang Cokelat" in shopper.get("/keranjang").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nama": ""}, "Tulis nama Anda"),
        ({"nama": "   "}, "Tulis nama Anda"),
        ({"nama": "x" * 81}, "80"),
        ({"telepon": "123"}, "nomor telepon yang lengkap"),
        ({"telepon": "٠٨١٢٣٤٥٦٧٨٩٠"}, "nomor telepon yang lengkap"),
        ({"email": "tanpa-at"}, "alamat email yang lengkap"),
        ({"email": "a@b"}, "alamat email yang lengkap"),
        ({"sandi": "pendek"}, "paling sedikit 10"),
        ({"sandi": "1234567890"}, "mudah ditebak"),
        ({"sandi": "x" * 129}, "128"),
        ({"email": cast.BUYER}, "tidak bisa dibuat"),
    ],
)
def test_what_cannot_be_used_is_named_and_the_rest_stays(
    app: Flask, shopper: Shopper, change: dict[str, str], words: str
) -> None:
    before = people(app)
    answer = shopper.post("/daftar", **{**NEW, **change})
    assert answer.status_code == 422
    assert words in answer.text and "field-error" in answer.text
    if "telepon" not in change:
        assert 'value="0813-7000-1234"' in answer.text
    assert "kopi hitam tanpa gula" not in answer.text
    assert people(app) == before


def test_nobody_registers_a_role_along(app: Flask, shopper: Shopper) -> None:
    shopper.post("/daftar", **NEW, grants="admin", role="admin", disabled_at="", id="1")
    with app.app_context():
        assert db.session.scalars(select(User).where(User.email == "siti@contoh.test")).one().grants == []
