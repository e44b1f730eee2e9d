"""People choose what they hear by which way; what must reach them does; the way out needs no sign-in."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import transaction
from marketplace.notices.choices import LABELS, Ways, choose, way_out, ways_of
from marketplace.notices.models import Notice, NoticeMail
from marketplace.notices.rules import Topic
from marketplace.operations import worker
from tests import cast, factories
from tests.databases import SECRET
from tests.shopper import Shopper, path_of

AT = factories.AT
PAGE = "/akun/pemberitahuan/atur"


@pytest.fixture
def shopper(client: FlaskClient) -> Shopper:
    return Shopper(client)


def hear(kind: str) -> tuple[bool, bool]:
    """Let her shop's owner be told; whether the bell rang, and whether an e-mail waits."""
    shop = factories.shop(cast.HER_SHOP)
    with transaction():
        announce(kind, f"shop:{shop.id}", {"shop_id": shop.id}, at=AT)
    worker.drain(at=AT)
    notice = db.session.scalars(select(Notice).where(Notice.kind == kind)).one()
    mailed = db.session.scalar(select(NoticeMail.id).where(NoticeMail.notice_id == notice.id))
    return notice.read_at is None, mailed is not None


@pytest.mark.parametrize("ways", [Ways(bell, email) for bell in (True, False) for email in (True, False)])
def test_a_choice_decides_bell_and_email_but_not_what_must_be_heard(app: Flask, ways: Ways) -> None:
    with app.app_context():
        with transaction():
            choose(factories.person(cast.SELLER).id, Topic.SHOP, ways)
        assert hear("shop.verified") == ways
        assert hear("shop.suspended") == (True, True)
        assert hear("stock.unconfirmed") == (True, True), "another topic"


def test_the_page_keeps_what_was_chosen_for_the_topics_that_it_shows(app: Flask, shopper: Shopper) -> None:
    shopper.sign_in(cast.SELLER)
    page = shopper.get(PAGE).text
    assert all(f'value="{topic}"' in page for topic in LABELS) and page.count("checked") == 10
    form = {"lonceng": ["pesanan", "toko"], "email": ["uang", "bukan-topik"], "csrf_token": shopper.token()}
    assert path_of(shopper.client.post(PAGE, data=form)) == PAGE
    with app.app_context():
        user_id = factories.person(cast.SELLER).id
        kept = {topic: ways for (_user, topic), ways in ways_of([user_id], list(Topic)).items()}
    assert kept == {
        "pesanan": Ways(True, False),
        "uang": Ways(False, True),
        "barang": Ways(False, False),
        "toko": Ways(True, False),
        "ulasan": Ways(False, False),
    }
    assert shopper.get(PAGE).text.count("checked") == 3


def test_a_buyer_is_asked_about_what_concerns_buyers(app: Flask, shopper: Shopper) -> None:
    assert path_of(shopper.get(PAGE)).startswith("/masuk")
    with app.app_context(), transaction():
        choose(factories.person(cast.BUYER).id, Topic.SHOP, Ways(False, True))
    shopper.sign_in(cast.BUYER)
    page = shopper.get(PAGE).text
    assert 'value="pesanan"' in page and 'value="barang"' not in page
    shopper.post(PAGE)
    with app.app_context():
        user_id = factories.person(cast.BUYER).id
        assert ways_of([user_id], [Topic.SHOP])[user_id, "toko"] == Ways(False, True)


def test_the_way_out_ends_the_emails_of_one_topic_by_one_click(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user_id = factories.person(cast.SELLER).id
        address = f"/email/berhenti/{way_out(user_id, 'toko', secret=SECRET)}"
    assert "tentang Toko?" in client.get(address).text
    with app.app_context():
        assert ways_of([user_id], list(Topic)) == {}, "looking changes nothing"
    for _time in range(2):
        answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "dihentikan" in answer.text
    with app.app_context():
        assert ways_of([user_id], list(Topic)) == {(user_id, "toko"): Ways(True, False)}


def test_a_way_out_that_is_not_ours_leads_nowhere(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user_id = factories.person(cast.SELLER).id
        forged = way_out(user_id, "toko", secret="another secret")
        gone = way_out(99_999, "toko", secret=SECRET)
    for token in (forged, gone, "x", way_out(user_id, "toko", secret=SECRET)[:-1]):
        assert client.get(f"/email/berhenti/{token}").status_code == 404
        assert client.post(f"/email/berhenti/{token}").status_code == 404
    with app.app_context():
        assert ways_of([user_id], list(Topic)) == {}


def test_the_page_says_where_no_emails_are_sent(app: Flask, shopper: Shopper) -> None:
    shopper.sign_in(cast.BUYER)
    words = "Email belum dikirim"
    assert words not in shopper.get(PAGE).text
    app.extensions["desamart"] = replace(app.extensions["desamart"], mode="production")
    assert words in shopper.get(PAGE).text
