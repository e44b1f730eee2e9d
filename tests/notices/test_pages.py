"""The list of notices, the bell, and what reading does; nobody reaches another's."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.notices.models import Notice
from marketplace.notices.queries import PER_PAGE
from tests import cast, factories
from tests.shopper import Shopper, path_of
from tests.storefront.test_checkout_cost import listening

AT = factories.AT
LIST = "/akun/pemberitahuan"


@pytest.fixture
def shopper(client: FlaskClient) -> Shopper:
    return Shopper(client)


def write(app: Flask, email: str, count: int = 1, address: str = "/pesanan") -> list[int]:
    """Give somebody notices; their ids."""
    with app.app_context(), transaction() as session:
        user = factories.person(email)
        rows = [
            Notice(
                user_id=user.id,
                event_id=1000 + number,
                kind="shop.verified",
                topic="toko",
                title=f"Kabar {number}",
                body="Isi <b>kabar</b>",
                address=address,
                happened_at=factories.AT,
            )
            for number in range(count)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def bell(shopper: Shopper) -> str:
    """What the bell counts, on any page."""
    page = shopper.get("/lacak").text
    found = re.search(r"nav-bell.*?</a>", page, re.S)
    counted = re.search(r'class="count">([^<]*)', found[0]) if found else None
    return counted[1] if counted else ""


def test_opening_one_marks_it_as_read_and_leads_to_its_page(app: Flask, shopper: Shopper) -> None:
    first, _second = write(app, cast.BUYER, 2)
    shopper.sign_in(cast.BUYER)
    assert bell(shopper) == "2"
    assert path_of(shopper.post(f"{LIST}/{first}")) == "/pesanan"
    assert bell(shopper) == "1"
    with app.app_context():
        read = db.session.get_one(Notice, first).read_at
    shopper.post(f"{LIST}/{first}")
    with app.app_context():
        assert db.session.get_one(Notice, first).read_at == read


def test_all_read_means_all_that_was_seen(app: Flask, shopper: Shopper) -> None:
    seen = write(app, cast.BUYER, 2)
    with app.app_context(), transaction() as session:
        later = {"event_id": 1, "kind": "a", "topic": "toko", "body": "", "address": "/", "happened_at": AT}
        session.add(Notice(user_id=factories.person(cast.BUYER).id, title="Baru saja", **later))
    write(app, cast.OTHER_BUYER)
    shopper.sign_in(cast.BUYER)
    assert path_of(shopper.post(f"{LIST}/dibaca", sampai=str(max(seen)))) == LIST
    assert bell(shopper) == "1"
    for odd in ("", "abc", "-1", "1e3", "٣", "9" * 30):
        assert shopper.post(f"{LIST}/dibaca", sampai=odd).status_code == 303
    assert bell(shopper) == "1"
    with app.app_context():
        unread = select(Notice.title).where(Notice.read_at.is_(None)).order_by(Notice.title)
        assert list(db.session.scalars(unread)) == ["Baru saja", "Kabar 0"]


def test_the_list_stands_in_pages_newest_first_and_escapes_words(app: Flask, shopper: Shopper) -> None:
    write(app, cast.BUYER, PER_PAGE + 1)
    shopper.sign_in(cast.BUYER)
    page = shopper.get(LIST).text
    assert page.index(f"Kabar {PER_PAGE}<") < page.index("Kabar 1<") and "Kabar 0<" not in page
    assert "Isi &lt;b&gt;kabar" in page and "Halaman 1 dari 2" in page
    assert "Kabar 0<" in shopper.get(f"{LIST}?halaman=2").text
    assert "Belum ada" not in shopper.get(f"{LIST}?halaman=x").text


def test_a_strangers_notice_is_not_there(app: Flask, shopper: Shopper) -> None:
    [hers] = write(app, cast.OTHER_BUYER)
    assert path_of(shopper.get(LIST)).startswith("/masuk")
    shopper.sign_in(cast.BUYER)
    assert shopper.post(f"{LIST}/{hers}").status_code == 404
    assert shopper.post(f"{LIST}/{10**17}").status_code == 404
    assert "Kabar 0" not in shopper.get(LIST).text
    with app.app_context():
        assert db.session.get_one(Notice, hers).read_at is None


def test_an_address_elsewhere_is_not_gone_to(app: Flask, shopper: Shopper) -> None:
    [one] = write(app, cast.BUYER, address="//jahat.test/")
    shopper.sign_in(cast.BUYER)
    assert path_of(shopper.post(f"{LIST}/{one}")) == LIST


def test_the_bell_asks_once_for_who_is_signed_in_and_never_for_guests(app: Flask, shopper: Shopper) -> None:
    write(app, cast.BUYER, 3)
    with listening(app) as heard:
        assert "nav-bell" not in shopper.get("/lacak").text
    assert [statement for statement in heard if "notice" in statement] == []
    shopper.sign_in(cast.BUYER)
    with listening(app) as heard:
        shopper.get("/lacak")
    assert len([statement for statement in heard if "notice" in statement]) == 1
