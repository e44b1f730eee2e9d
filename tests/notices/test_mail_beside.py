"""A mail server that never answers holds up nothing but the e-mails, and those only until it answers."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit import outbox
from marketplace.kit.clock import now
from marketplace.notices.models import SENT, Notice, NoticeMail
from tests import cast, factories
from tests.notices.mail_server import mail_server
from tests.served import Served


def seen(ask: Callable[[], bool], within: float = 40) -> bool:
    """Whether something comes true before the time is over."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        db.session.rollback()
        if ask():
            return True
        time.sleep(0.1)
    return False


def count(*conditions: object) -> int:
    return db.session.scalar(select(func.count(NoticeMail.id)).where(*conditions)) or 0  # type: ignore[arg-type]


def test_a_silent_mail_server_holds_up_nothing_else(config: Config, tmp_path: Path) -> None:
    with mail_server() as post:
        post.answers["HELLO"] = None
        asking = replace(config, smtp_url=post.url)
        with Served(asking, tmp_path / "server.log", workers=1) as server, server.app():
            factories.order({cast.CHIPS: 1}, at=now())
            assert seen(lambda: count() == 1)
            assert seen(lambda: post.connections > 0), "the worker has begun to wait for the mail server"
            placed = factories.order({cast.COFFEE: 1}, at=now())
            told = select(func.count(Notice.id)).where(Notice.title.contains(placed.order.number))
            # Sooner than the worker gives the mail server up.
            assert seen(lambda: db.session.scalar(told) == 1 and outbox.waiting() == 0, within=8)
            assert count(NoticeMail.state == SENT) == 0
            del post.answers["HELLO"]
            assert seen(lambda: count(NoticeMail.state == SENT) == 2)
        assert len(post.letters) == 2
