"""E-mails leave through a real conversation with a mail server: once, or later where it is away."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import Config, ConfigError
from marketplace.extensions import db
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import transaction
from marketplace.notices import carrier, sending
from marketplace.notices.letters import name_of
from marketplace.notices.models import FAILED, SENT, WAITING, Notice, NoticeMail
from marketplace.operations import worker
from tests import cast, factories
from tests.notices.mail_server import MailServer, mail_server

AT = factories.AT
LATER = AT + timedelta(hours=12)


@pytest.fixture
def post() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as server:
        yield server


@pytest.fixture
def market(app: Flask, post: MailServer) -> Iterator[Flask]:
    """A market that sends its e-mails to that server."""
    app.extensions["desamart"] = replace(app.extensions["desamart"], smtp_url=post.url)
    with app.app_context():
        yield app


def news(kind: str = "shop.verified", at: datetime = AT) -> None:
    """Something happens that the owner of her shop is told."""
    shop = factories.shop(cast.HER_SHOP)
    with transaction():
        announce(kind, f"shop:{shop.id}", {"shop_id": shop.id}, at=at)
    assert worker.drain(at=at) == 0


def mails() -> list[NoticeMail]:
    db.session.rollback()
    return list(db.session.scalars(select(NoticeMail).order_by(NoticeMail.id)))


def plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_an_email_tells_what_the_notice_tells_and_leads_to_its_page(market: Flask, post: MailServer) -> None:
    news()
    assert sending.send_due(at=AT) == 1
    [message] = post.letters
    assert message["To"] == cast.SELLER and message["Subject"] == "Keripik Bu Sari sudah bisa berjualan"
    assert message["From"] == "DesaMart <kabar@desamart.test>"
    assert f"http://localhost:8000/penjual/toko?toko={cast.HER_SHOP}" in plain(message)
    html = message.get_body(("html",))
    assert html is not None and "<h1>Keripik Bu Sari sudah bisa berjualan</h1>" in html.get_content()
    assert "/email/berhenti/" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [mail] = mails()
    assert mail.state == SENT and mail.sent_at == AT
    assert sending.send_due(at=LATER) == 0 and len(post.letters) == 1


def test_what_cannot_be_switched_off_offers_no_way_out(market: Flask, post: MailServer) -> None:
    news("shop.suspended")
    sending.send_due(at=AT)
    assert post.letters[0]["List-Unsubscribe"] is None and "berhenti" not in plain(post.letters[0])


def test_while_the_mail_server_is_away_everything_waits_and_costs_no_try(market: Flask) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"smtp://127.0.0.1:{closed.getsockname()[1]}"
    usual = market.extensions["desamart"]
    market.extensions["desamart"] = replace(usual, smtp_url=address)
    news()
    placed = factories.order({cast.CHIPS: 1}, user=factories.person(cast.BUYER))
    assert sending.send_due(at=AT) == 0
    factories.complete(placed.order.children[0])
    assert worker.drain(at=AT) == 0
    assert {(mail.state, mail.tries) for mail in mails()} == {(WAITING, 0)} and len(mails()) > 3
    market.extensions["desamart"] = usual
    assert sending.send_due(at=LATER) == len(mails())


def test_a_mail_server_that_falls_silent_is_waited_for_no_longer_than_said(
    market: Flask, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier, "PATIENCE", 0.2)
    post.answers["HELLO"] = None
    news()
    assert sending.send_due(at=AT) == 0
    assert [(mail.state, mail.tries) for mail in mails()] == [(WAITING, 0)]


def test_an_email_that_is_refused_for_now_is_tried_again_after_growing_pauses(
    market: Flask, post: MailServer
) -> None:
    news()
    post.answers["RCPT"] = "451 try later"
    at, pauses = AT, []
    while mails()[0].state == WAITING:
        sending.send_due(at=at)
        assert sending.send_due(at=at) == 0, "it is left alone until its pause is over"
        pauses.append(mails()[0].next_try_at - at)
        at = mails()[0].next_try_at
    assert (
        len(pauses) == sending.MOST_TRIES and pauses == sorted(pauses) and pauses[0] == timedelta(minutes=2)
    )
    assert mails()[0].state == FAILED and "451" in mails()[0].error
    assert at - AT < sending.STALE


@pytest.mark.parametrize("word", ["RCPT", "DATA", "."])
def test_an_email_that_is_refused_for_good_is_not_tried_again(
    market: Flask, post: MailServer, word: str
) -> None:
    news()
    post.answers[word] = "550 nobody of that name"
    assert sending.send_due(at=AT) == 0
    assert [(mail.state, mail.tries) for mail in mails()] == [(FAILED, 1)]


def test_one_refused_email_does_not_hold_up_the_next(market: Flask, post: MailServer) -> None:
    with transaction():
        factories.person(cast.SELLER).email = "tidak ada\n@contoh.test"
    shop = factories.shop(cast.HER_SHOP)
    with transaction():
        announce("shop.verified", f"shop:{shop.id}", {"shop_id": shop.id}, at=AT)
    factories.order({cast.COFFEE: 1})
    assert worker.drain(at=AT) == 0
    assert sending.send_due(at=AT) == 1
    assert [mail.state for mail in mails()] == [FAILED, SENT]


def test_who_dies_between_sending_and_marking_sends_the_same_email_again(
    market: Flask, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    news()

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send_due(at=AT)
    db.session.remove()
    assert sending.send_due(at=AT) == 0, "whoever comes next waits for the pause"
    assert sending.send_due(at=LATER) == 1
    first, second = post.letters
    assert first["Message-ID"] == second["Message-ID"] and plain(first) == plain(second)
    assert sending.send_due(at=LATER + timedelta(days=1)) == 0


def test_news_that_has_waited_for_days_is_not_sent_any_more(market: Flask, post: MailServer) -> None:
    news()
    assert sending.send_due(at=AT + sending.STALE + timedelta(minutes=1)) == 0
    assert post.letters == [] and mails()[0].state == FAILED


def test_no_name_brings_a_header_along(market: Flask, post: MailServer) -> None:
    with transaction():
        factories.shop(cast.HER_SHOP).name = "Sari\r\nBcc: semua@contoh.test"
        factories.person(cast.SELLER).name = "Sari\r\n\r\nPindah ke jahat.test"
    news()
    assert sending.send_due(at=AT) == 1
    [message] = post.letters
    assert message["Bcc"] is None
    assert [line for line in post.heard if line.startswith("rcpt")] == [f"rcpt TO:<{cast.SELLER}>"]
    assert "Halo Sari Pindah ke jahat.test," in plain(message)


def test_a_name_cannot_bring_markup_into_the_html(market: Flask, post: MailServer) -> None:
    with transaction():
        factories.shop(cast.HER_SHOP).name = "<script>alert(1)</script>"
    news()
    sending.send_due(at=AT)
    html = post.letters[0].get_body(("html",))
    assert (
        html is not None and "<script>" not in html.get_content() and "&lt;script&gt;" in html.get_content()
    )


def test_a_closed_account_gets_no_email(market: Flask, post: MailServer) -> None:
    news()
    with transaction():
        factories.person(cast.SELLER).disabled_at = AT
    assert sending.send_due(at=AT) == 0 and post.letters == [] and mails()[0].state == FAILED


def test_quiet_and_old_news_stays_in_the_application(market: Flask) -> None:
    shop = factories.shop(cast.HER_SHOP)
    with transaction():
        announce("assist.acted", f"shop:{shop.id}", {"shop_id": shop.id}, at=AT)
        announce("shop.verified", f"shop:{shop.id}", {"shop_id": shop.id}, at=AT - timedelta(days=3))
    worker.drain(at=AT)
    assert len(db.session.scalars(select(Notice)).all()) == 2 and mails() == []


def test_a_demo_without_mail_server_writes_files_and_shows_them(app: Flask) -> None:
    with app.app_context():
        news()
        assert sending.send_due(at=AT) == 1
        [mail] = mails()
        name = name_of(mail)
    client = app.test_client()
    assert "Keripik Bu Sari sudah bisa berjualan" in client.get("/simulasi/surat").text
    assert "Halo Sari," in client.get(f"/simulasi/surat/{name}").text
    for strange in ("kabar-0-0", "..%2Fsecret_key", "x"):
        assert client.get(f"/simulasi/surat/{strange}").status_code == 404


def test_a_market_without_a_way_for_emails_queues_none(app: Flask) -> None:
    app.extensions["desamart"] = replace(app.extensions["desamart"], mode="production")
    with app.app_context():
        news()
        assert mails() == [] and len(db.session.scalars(select(Notice)).all()) == 1


@pytest.mark.parametrize("url", ["http://a", "smtp://", "surat.contoh.test:25", "smtp://a:bc", "smtp://[::"])
def test_a_mail_server_that_makes_no_sense_is_refused_at_start(url: str) -> None:
    with pytest.raises(ConfigError, match="DESAMART_SMTP_URL"):
        Config.from_env({"DESAMART_SMTP_URL": url})


@pytest.mark.parametrize("sender", ["kabar", "a b@c", "a@b\nBcc: c@d", "@"])
def test_a_sender_that_is_no_address_is_refused_at_start(sender: str) -> None:
    with pytest.raises(ConfigError, match="DESAMART_MAIL_FROM"):
        Config.from_env({"DESAMART_MAIL_FROM": sender})


def test_no_password_goes_to_another_machine_in_the_clear(market: Flask, post: MailServer) -> None:
    # The tests' server is on this machine; for this one question it counts as another.
    news()
    usual = market.extensions["desamart"]
    secret = post.url.replace("smtp://", "smtp://kabar:rahasia@")
    market.extensions["desamart"] = replace(usual, smtp_url=secret)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(carrier, "HERE", ())
        assert sending.send_due(at=AT) == 0
    assert not [line for line in post.heard if line.startswith("AUTH")]
    assert mails()[0].tries == 0
