"""Decides where the simulated outside world keeps what it knows: a small SQLite file, not our database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, created INTEGER NOT NULL, expires_at INTEGER NOT NULL, status TEXT NOT NULL,
    payment_status TEXT NOT NULL, payment_intent TEXT UNIQUE, amount_total INTEGER NOT NULL,
    declines INTEGER NOT NULL DEFAULT 0, params TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS session_open ON session (status, expires_at);
CREATE TABLE IF NOT EXISTS event (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL, type TEXT NOT NULL, created INTEGER NOT NULL,
    payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS event_session ON event (session_id);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY, session_id TEXT NOT NULL, event_id TEXT NOT NULL, payload TEXT NOT NULL,
    forged INTEGER NOT NULL, due_at INTEGER NOT NULL, first_due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, state TEXT NOT NULL, http_status INTEGER, detail TEXT);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due_at);
CREATE INDEX IF NOT EXISTS delivery_session ON delivery (session_id);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, fingerprint TEXT NOT NULL, created INTEGER NOT NULL, body TEXT);
CREATE TABLE IF NOT EXISTS refund (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL, payment_intent TEXT NOT NULL, amount INTEGER NOT NULL,
    created INTEGER NOT NULL, outcome TEXT NOT NULL, settles_at INTEGER NOT NULL, reason TEXT,
    metadata TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refund_session ON refund (session_id);
CREATE TABLE IF NOT EXISTS refund_trouble (
    session_id TEXT PRIMARY KEY, outcome TEXT NOT NULL, wait INTEGER NOT NULL);
"""


class Memory:
    """The file. One connection per piece of work, so that several server processes may share it.

    The rollback journal is kept on purpose: it needs no recent SQLite library, unlike the write-ahead log.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with closing(self._connect()) as connection:
            connection.executescript(_TABLES)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction holding the write lock from its first moment; kept on success, undone on an error."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to look things up with."""
        with closing(self._connect()) as connection:
            yield connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection
