"""Decides how messages of the simulated outside world reach the shop: a queue, each repeated until heard."""

import http.client
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.payments.simulator.memory import Memory

TABLES = """
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY, session_id TEXT NOT NULL, event_id TEXT NOT NULL, payload TEXT NOT NULL,
    forged INTEGER NOT NULL, due_at INTEGER NOT NULL, first_due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, state TEXT NOT NULL, http_status INTEGER, detail TEXT);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due_at);
CREATE INDEX IF NOT EXISTS delivery_session ON delivery (session_id);
"""

TIMEOUT_SECONDS = 5
_LEASE_SECONDS = 30
_BATCH = _LEASE_SECONDS // TIMEOUT_SECONDS - 1
"""So few that each gets its whole time limit before another caller may take it."""

Post = Callable[[str, bytes, Mapping[str, str]], int]
"""Sends a body with headers to an address; returns the HTTP status or raises OSError."""

Heard = tuple[int | None, str | None]
"""The HTTP status, or why there is none."""


@dataclass(frozen=True)
class Delivery:
    """One message to the shop and how far it got: `waiting`, `delivered` or `given_up`.

    `session_id` names the payment it is about.
    """

    id: int
    session_id: str
    event_id: str
    payload: str
    forged: bool
    due_at: int
    first_due_at: int
    attempts: int
    state: str
    http_status: int | None
    detail: str | None


@dataclass(frozen=True)
class Habit:
    """How a provider tells things: waits between tries (seconds), when it gives up, what goes along."""

    retry_after: tuple[int, ...]
    give_up_after: int
    headers: Callable[[Delivery, datetime], Mapping[str, str]]


def put_in(
    db: sqlite3.Connection, session_id: str, event_id: str, payload: str, *, due_at: int, forged: bool = False
) -> int:
    """Put a message on its way for a moment; returns the number of the delivery."""
    cursor = db.execute(
        "INSERT INTO delivery (session_id, event_id, payload, forged, due_at, first_due_at, attempts, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, 'waiting')",
        (session_id, event_id, payload, forged, due_at, due_at),
    )
    return int(cursor.lastrowid or 0)


def sent_about(memory: Memory, session_id: str) -> list[Delivery]:
    """Every message about a payment so far, oldest first."""
    with memory.reading() as db:
        rows = db.execute("SELECT * FROM delivery WHERE session_id = ? ORDER BY id", (session_id,)).fetchall()
    return [_delivery(row) for row in rows]


def send(
    memory: Memory,
    habit: Habit,
    url: str,
    *,
    at: datetime,
    session_id: str | None = None,
    post: Post | None = None,
) -> int:
    """Send what is due (about one payment, or all) and return how many arrived; the rest is tried later.

    A shop that does not answer raises nothing here.
    """
    arrived = 0
    while batch := _due(memory, at, session_id):
        heard = 0
        for delivery in batch:
            answer = _try(delivery, url, habit.headers(delivery, at), post or _post)
            heard += _record(memory, habit, delivery, at, answer)
        arrived += heard
        if heard < len(batch):
            # The shop has trouble; the caller has other things to do than to wait for it.
            break
    return arrived


def _due(memory: Memory, at: datetime, session_id: str | None) -> list[Delivery]:
    """Takes some messages that are due, for this caller alone for half a minute, oldest first."""
    present = int(at.timestamp())
    with memory.writing() as db:
        rows = db.execute(
            "SELECT * FROM delivery WHERE state = 'waiting' AND due_at <= ?"
            " AND (? IS NULL OR session_id = ?) ORDER BY due_at, id LIMIT ?",
            (present, session_id, session_id, _BATCH),
        ).fetchall()
        db.executemany(
            "UPDATE delivery SET attempts = attempts + 1, due_at = ? WHERE id = ?",
            [(present + _LEASE_SECONDS, row["id"]) for row in rows],
        )
    return [_delivery(row) for row in rows]


def _try(delivery: Delivery, url: str, headers: Mapping[str, str], post: Post) -> Heard:
    try:
        return post(url, delivery.payload.encode(), headers), None
    except (OSError, http.client.HTTPException) as error:
        return None, f"{type(error).__name__}: {error}"


def _record(memory: Memory, habit: Habit, delivery: Delivery, at: datetime, answer: Heard) -> bool:
    status, detail = answer
    arrived = status is not None and 200 <= status < 300
    wait = habit.retry_after[min(delivery.attempts, len(habit.retry_after) - 1)]
    next_due = int(at.timestamp()) + wait
    # A forger does not come back; the provider does, for a while.
    hopeless = delivery.forged or next_due > delivery.first_due_at + habit.give_up_after
    state = "delivered" if arrived else "given_up" if hopeless else "waiting"
    with memory.writing() as db:
        db.execute(
            "UPDATE delivery SET state = ?, due_at = ?, http_status = ?, detail = ? WHERE id = ?",
            (state, next_due, status, detail, delivery.id),
        )
    return arrived


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The providers take a redirect for a failure, so it is not followed here either."""

    def redirect_request(self, *_args: Any, **_keywords: Any) -> None:
        return None


# Straight to the shop: a proxy of this machine's environment has no business between two parts of one demo.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    request = urllib.request.Request(  # noqa: S310 - the shop's own address
        url, data=body, headers={"Content-Type": "application/json; charset=utf-8", **headers}
    )
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def _delivery(row: Any) -> Delivery:
    return Delivery(**{**row, "forged": bool(row["forged"])})
