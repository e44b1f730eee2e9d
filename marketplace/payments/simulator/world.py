"""Decides what happens to simulated Checkout Sessions, from opening to paid or expired, and what is told."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from marketplace.payments.simulator import post
from marketplace.payments.simulator.memory import Memory
from marketplace.payments.simulator.objects import (
    SimulatedEvent,
    SimulatedSession,
    event_object,
    payment_intent_object,
    session_object,
)
from marketplace.payments.simulator.parameters import Tree
from marketplace.payments.simulator.tables import TABLES

COMPLETED = "checkout.session.completed"
EXPIRED = "checkout.session.expired"
DECLINED = "payment_intent.payment_failed"


class NotOpen(Exception):
    """The session is complete or expired, so this can no longer happen to it."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class NotPossible(Exception):
    """What is ordered cannot happen to this payment now; the message says why."""


class NoSuchSession(Exception):
    """Nobody ever opened a session of that name."""


class StripeWorld:
    """What a Stripe of our own would remember. Safe with several processes on the same file.

    `at` is the present of the caller, aware. A session whose time is over is expired whenever anybody looks,
    and its event is then waiting to be sent.
    """

    def __init__(self, path: Path) -> None:
        self.memory = Memory(path, TABLES + post.TABLES)

    def open_session(self, params: Tree, *, at: datetime) -> SimulatedSession:
        """Remembers a new open session with parameters already read by `checkout_rules.read_session`."""
        session = SimulatedSession(
            id=f"cs_test_{secrets.token_urlsafe(32)}",
            created=int(at.timestamp()),
            expires_at=params["expires_at"],
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            amount_total=params["amount_total"],
            declines=0,
            params=params,
        )
        with self.memory.writing() as db:
            _write(db, session)
        return session

    def session(self, session_id: str, *, at: datetime) -> SimulatedSession:
        """One session as it is now. Raises NoSuchSession."""
        with self.memory.writing() as db:
            return _load(db, session_id, at)

    def session_of_intent(self, intent_id: str, *, at: datetime) -> SimulatedSession:
        """The session that a payment intent belongs to. Raises NoSuchSession."""
        with self.memory.reading() as db:
            row = db.execute("SELECT id FROM session WHERE payment_intent = ?", (intent_id,)).fetchone()
        if row is None:
            raise NoSuchSession
        return self.session(row["id"], at=at)

    def pay(self, session_id: str, *, at: datetime, amount: int | None = None) -> SimulatedEvent:
        """Takes the money: the session is complete. Raises NotOpen, NoSuchSession.

        `amount` (hundredths of a rupiah) makes Stripe take another sum than the one asked for.
        """
        with self._open(session_id, at) as (db, session):
            paid = replace(
                session,
                status="complete",
                payment_status="paid",
                payment_intent=session.payment_intent or _intent_id(),
                amount_total=session.amount_total if amount is None else amount,
            )
            _write(db, paid)
            return _tell(db, COMPLETED, paid, session_object(paid, None), at)

    def decline(self, session_id: str, *, at: datetime) -> SimulatedEvent:
        """A card is tried and refused; the session stays open for another. Raises NotOpen, NoSuchSession."""
        with self._open(session_id, at) as (db, session):
            declined = replace(
                session, payment_intent=session.payment_intent or _intent_id(), declines=session.declines + 1
            )
            _write(db, declined)
            return _tell(db, DECLINED, declined, payment_intent_object(declined), at)

    def expire(self, session_id: str, *, at: datetime) -> SimulatedEvent:
        """The merchant closes an open session before its time. Raises NotOpen, NoSuchSession."""
        with self._open(session_id, at) as (db, session):
            return _expire(db, session, at)

    def expire_overdue(self, *, at: datetime) -> None:
        """Expires every session whose time is over; each one's event is put on its way."""
        with self.memory.writing() as db:
            overdue = db.execute(
                "SELECT id FROM session WHERE status = 'open' AND expires_at <= ?", (int(at.timestamp()),)
            ).fetchall()
            for row in overdue:
                _load(db, row["id"], at)

    def send_later(
        self, event: SimulatedEvent, *, times: int, due_at: datetime, forged: bool = False
    ) -> list[int]:
        """Puts a message on its way, `times` over, for a moment; returns the numbers of the deliveries."""
        with self.memory.writing() as db:
            return [_schedule(db, event, int(due_at.timestamp()), forged=forged) for _ in range(times)]

    def event(self, session_id: str, kind: str) -> SimulatedEvent | None:
        """The event of that kind about a session, if it happened."""
        with self.memory.reading() as db:
            row = db.execute(
                "SELECT * FROM event WHERE session_id = ? AND type = ? ORDER BY created DESC",
                (session_id, kind),
            ).fetchone()
        return SimulatedEvent(**row) if row else None

    def told_of(self, session_id: str, kinds: str) -> list[SimulatedEvent]:
        """The events about a session whose kind begins so, the oldest first."""
        with self.memory.reading() as db:
            rows = db.execute(
                "SELECT * FROM event WHERE session_id = ? AND substr(type, 1, ?) = ? ORDER BY created, rowid",
                (session_id, len(kinds), kinds),
            ).fetchall()
        return [SimulatedEvent(**row) for row in rows]

    def note(self, session_id: str, kind: str, about: Tree, *, at: datetime) -> SimulatedEvent:
        """Remember that something happened to what a session brought in. Raises NoSuchSession."""
        session = self.session(session_id, at=at)
        with self.memory.writing() as db:
            return _tell(db, kind, session, about, at)

    def imagined(self, session_id: str, kind: str, about: Tree, *, at: datetime) -> SimulatedEvent:
        """The same without remembering it: nobody but a forger says so. Raises NoSuchSession."""
        return _event(kind, self.session(session_id, at=at), about, int(at.timestamp()))

    def forged_event(self, session_id: str, *, at: datetime, amount: int | None = None) -> SimulatedEvent:
        """What somebody who is not Stripe would say to get goods for nothing: nothing is remembered of it."""
        session = self.session(session_id, at=at)
        told = replace(
            session,
            status="complete",
            payment_status="paid",
            payment_intent=session.payment_intent or _intent_id(),
            amount_total=session.amount_total if amount is None else amount,
        )
        return _event(COMPLETED, told, session_object(told, None), int(at.timestamp()))

    @contextmanager
    def _open(self, session_id: str, at: datetime) -> Iterator[tuple[sqlite3.Connection, SimulatedSession]]:
        """The session, if it is open, and the transaction to change it in."""
        # An expiry that this look finds out must outlive the refusal, hence a transaction of its own before.
        self.session(session_id, at=at)
        with self.memory.writing() as db:
            session = _load(db, session_id, at)
            if not session.payable:
                raise NotOpen(session.status)
            yield db, session


def _load(db: sqlite3.Connection, session_id: str, at: datetime) -> SimulatedSession:
    row = db.execute("SELECT * FROM session WHERE id = ?", (session_id,)).fetchone()
    if row is None:
        raise NoSuchSession
    session = SimulatedSession(**{**row, "params": json.loads(row["params"])})
    if session.payable and session.expires_at <= at.timestamp():
        event = _expire(db, session, datetime.fromtimestamp(session.expires_at, at.tzinfo))
        _schedule(db, event, session.expires_at, forged=False)
        session = replace(session, status="expired")
    return session


def _expire(db: sqlite3.Connection, session: SimulatedSession, at: datetime) -> SimulatedEvent:
    session = replace(session, status="expired")
    _write(db, session)
    return _tell(db, EXPIRED, session, session_object(session, None), at)


def _write(db: sqlite3.Connection, session: SimulatedSession) -> None:
    db.execute(
        "INSERT OR REPLACE INTO session (id, created, expires_at, status, payment_status, payment_intent,"
        " amount_total, declines, params) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            session.id,
            session.created,
            session.expires_at,
            session.status,
            session.payment_status,
            session.payment_intent,
            session.amount_total,
            session.declines,
            json.dumps(session.params),
        ),
    )


def _tell(
    db: sqlite3.Connection, kind: str, session: SimulatedSession, about: Tree, at: datetime
) -> SimulatedEvent:
    event = _event(kind, session, about, int(at.timestamp()))
    db.execute(
        "INSERT INTO event (id, session_id, type, created, payload) VALUES (?, ?, ?, ?, ?)",
        (event.id, event.session_id, event.type, event.created, event.payload),
    )
    return event


def _event(kind: str, session: SimulatedSession, about: Tree, created: int) -> SimulatedEvent:
    event_id = f"evt_{secrets.token_hex(12)}"
    payload = json.dumps(event_object(event_id, kind, created, about), indent=2)
    return SimulatedEvent(event_id, session.id, kind, created, payload)


def _schedule(db: sqlite3.Connection, event: SimulatedEvent, due_at: int, *, forged: bool) -> int:
    return post.put_in(db, event.session_id, event.id, event.payload, due_at=due_at, forged=forged)


def _intent_id() -> str:
    return f"pi_{secrets.token_hex(12)}"
