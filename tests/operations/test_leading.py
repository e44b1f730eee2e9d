"""One worker leads; who loses the connection of the lock leads no more, and is followed by another."""

import time
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit import outbox
from marketplace.kit.clock import now
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from tests.commands import worker_process

SECONDS = 60
OTHERS_LOCK = (
    "FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
    f"(SELECT oid FROM pg_database WHERE datname = current_database()) AND objid = {worker.LEADER_LOCK}"
)


def leaders() -> list[int]:
    """The backends that hold the lock of the leading worker (PostgreSQL)."""
    found = list(db.session.scalars(text(f"SELECT pid {OTHERS_LOCK}")))
    db.session.rollback()
    return found


def cut() -> list[int]:
    """Cut the connections that hold the lock, as a restart does; which they were. A file is never cut off."""
    if db.engine.dialect.name != "postgresql":
        return []
    held = leaders()
    db.session.execute(text(f"SELECT pg_terminate_backend(pid) {OTHERS_LOCK}"))
    db.session.rollback()
    return held


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_who_loses_the_lock_leads_no_more_and_another_one_may(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK_EVERY", 0.0)
    with app.app_context():
        with worker._lead() as first:
            assert first()
            with worker._lead() as second:
                assert not second()
            lost = cut()
            assert first() is not bool(lost)
            with worker._lead() as third:
                assert third() is bool(lost)
        with worker._lead() as fourth:
            assert fourth()


def test_a_worker_that_was_cut_off_leads_again_and_hands_on(app: Flask, config: Config) -> None:
    with app.app_context(), worker_process(config):
        _tell("before")
        until(lambda: _waiting() == 0)
        lost = cut()
        if lost:
            until(lambda: bool(set(leaders()) - set(lost)))
        _tell("after")
        until(lambda: _waiting() == 0)
        if lost:
            assert len(leaders()) == 1


def test_a_database_that_is_away_is_waited_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker does not end with it."""
    tries: list[int] = []
    lead = worker._lead

    @contextmanager
    def away_twice():  # type: ignore[no-untyped-def]
        tries.append(1)
        if len(tries) <= 2:
            raise OperationalError("connect", None, Exception("the database system is starting up"))
        with lead() as leads:
            yield leads

    def stop(_at: object) -> int:
        raise SystemExit

    monkeypatch.setattr(worker, "_lead", away_twice)
    monkeypatch.setattr(worker, "WAIT_TO_LEAD", 0.0)
    monkeypatch.setattr(worker, "_jobs", lambda _app: [(stop, 0.0)])
    with pytest.raises(SystemExit):
        worker.run(app)
    assert len(tries) == 3


def _tell(name: str) -> None:
    with transaction():
        announce("told", name, {}, at=now())


def _waiting() -> int:
    db.session.rollback()
    return outbox.waiting()
