"""E-mails to another machine leave encrypted, and only to a server whose certificate is trusted."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from marketplace.notices import sending
from marketplace.notices.models import SENT, WAITING
from tests.notices.certificates import authority, server_side
from tests.notices.mail_server import ELSEWHERE, mail_server
from tests.notices.test_mail import AT, LATER, mails, news


@pytest.mark.parametrize("at_once", [False, True], ids=["starttls", "smtps"])
def test_only_a_server_with_a_trusted_certificate_gets_an_email(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    ours, another = authority(tmp_path, "ours"), authority(tmp_path, "another")
    with mail_server(server_side(ours, ELSEWHERE), at_once=at_once) as post, app.app_context():
        app.extensions["desamart"] = replace(app.extensions["desamart"], smtp_url=post.url)
        news()
        monkeypatch.setenv("SSL_CERT_FILE", str(another))
        assert sending.send_due(at=AT) == 0
        # Nothing of the letter has left, and it waits without having lost a try for good.
        assert (post.letters, [mail.state for mail in mails()]) == ([], [WAITING])
        assert not any(line.startswith(("MAIL", "RCPT", "DATA")) for line in post.heard)
        monkeypatch.setenv("SSL_CERT_FILE", str(ours))
        assert sending.send_due(at=LATER) == 1
        assert (len(post.letters), [mail.state for mail in mails()]) == (1, [SENT])
        assert ("STARTTLS" in post.heard) is not at_once


def test_a_certificate_of_another_address_is_not_taken(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = authority(tmp_path, "ours")
    with mail_server(server_side(ours, "127.0.0.3")) as post, app.app_context():
        app.extensions["desamart"] = replace(app.extensions["desamart"], smtp_url=post.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(ours))
        news()
        assert sending.send_due(at=AT) == 0 and post.letters == []
