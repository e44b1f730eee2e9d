"""Decides how connections to a database are made ready: durable, in turns, patient, and noticed when dead."""

import select as waiting
from typing import Any

from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from marketplace.kit import patience, turns
from marketplace.kit.lanes import keep_in_sequence, lane_of
from marketplace.kit.patience import Patience
from marketplace.kit.transaction import WRITES

# In seconds, but for the last one, which the protocol counts in thousandths.
_LINES = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_PATIENCE = "desamart_patience"


def set_up_sqlite(engine: Engine) -> None:
    """Make an SQLite engine safe for several processes: WAL, every commit synced, writers immediate."""

    turns.listen()

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        # Our own writers take turns; this is for others that have opened the file.
        busy = f"busy_timeout={patience.VISITOR.lock * 1000}"
        for pragma in (busy, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        lane_of(connection).do("BEGIN IMMEDIATE" if writes else "BEGIN")


def dead_lines(address: str) -> dict[str, int]:
    """What makes a PostgreSQL at the end of a dead line noticed: not reached in seconds, silent for a minute.

    What the address itself says counts. Without it, pages would hang for as long as the machine's own clock
    wants it, which is hours.
    """
    said = make_url(address).query
    return {name: seconds for name, seconds in _LINES.items() if name not in said}


def set_up_postgres(engine: Engine) -> None:
    """Let a pooled connection that its server has left be noticed, and have the patience of who uses it; let
    statements keep their sequence.

    A server that goes away says so: then there is something to read where nobody asked. Looking for that
    costs a hundredth of asking at each use.
    """
    keep_in_sequence(engine)

    @event.listens_for(engine, "checkout")
    def _checkout(driver: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        watch = waiting.poll()
        watch.register(driver.fileno(), waiting.POLLIN)
        if watch.poll(0) and not _answers(engine, driver):
            raise InvalidatePoolError
        wanted = patience.patience()
        if record.info.get(_PATIENCE) is not wanted:
            _make_patient(driver.pgconn, wanted)
            record.info[_PATIENCE] = wanted


def _make_patient(server: PGconn, wanted: Patience) -> None:
    """Past the driver, which would open a transaction for it."""
    words = (
        f"SET lock_timeout = '{wanted.lock}s'; SET statement_timeout = '{wanted.statement}s'; "
        f"SET idle_in_transaction_session_timeout = '{wanted.idle}s'"
    )
    if server.exec_(words.encode()).status != ExecStatus.COMMAND_OK:
        raise InvalidatePoolError


def _answers(engine: Engine, driver: Any) -> bool:
    try:
        return engine.dialect.do_ping(driver)
    except engine.dialect.loaded_dbapi.Error:
        return False
