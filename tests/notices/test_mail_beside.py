"""A mail server that never answers holds up nothing but the e-mails, and those only until it answers."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.notices import carrier
from marketplace.notices.models import SENT, Notice, NoticeMail
from marketplace.operations import worker
from tests import cast, factories
from tests.notices.mail_server import mail_server


def comes_true(ask: Callable[[], bool]) -> bool:
    """Whether something comes true at all; whoever waits for a minute waits in vain."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        db.session.rollback()
        if ask():
            return True
        time.sleep(0.05)
    return False


def sent() -> int:
    return db.session.scalar(select(func.count(NoticeMail.id)).where(NoticeMail.state == SENT)) or 0


def test_a_silent_mail_server_holds_up_nothing_else(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "PATIENCE", 300.0)
    monkeypatch.setattr(worker, "MAIL_EVERY", 0.05)
    assert worker.send_mail not in [job for job, _every in worker._jobs(app)]
    with mail_server() as post, app.app_context():
        post.answers["HELLO"] = None
        app.extensions["desamart"] = replace(app.extensions["desamart"], smtp_url=post.url)
        factories.order({cast.CHIPS: 1}, at=now())
        assert worker.drain(at=now()) == 0
        with worker._talking(app):
            assert comes_true(lambda: post.connections == 1)
            factories.order({cast.COFFEE: 1}, at=now())
            assert worker.drain(at=now()) == 0
            assert db.session.scalar(select(func.count(Notice.id))) == 2
            assert post.connections == 1 and sent() == 0, "it is still waited for"
            del post.answers["HELLO"]
            post.over.set()
            assert comes_true(lambda: sent() == 2)
        assert len(post.letters) == 2
