"""Decides how fast the same SQL runs without an application: driver calls in a loop per process.

It runs in a program of its own (`PROGRAM`), so that its processes carry nothing of the application.
"""

import fcntl
import json
import multiprocessing
import os
import pickle
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from pysqlite3 import dbapi2 as sqlite

PROGRAM = "import sys; from bench.bare import main; main(sys.argv[1])"
COMMIT, ROLLBACK, TAKE_TURN = "COMMIT", "ROLLBACK", "BEGIN IMMEDIATE"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")
# Rows whose new ids later statements need.
NUMBERED = ("customer_order", "seller_order")


@dataclass(frozen=True)
class Place:
    """A value that is another one for each order; inside a text, with what stands before and after it."""

    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Statement:
    """One statement, or COMMIT or ROLLBACK; `values` may hold places."""

    text: str
    values: Any


@dataclass(frozen=True)
class Work:
    """What one process repeats: for each basket (ids, cart's token) the statements of its shop."""

    address: str
    turn: str
    scripts: Sequence[Sequence[Statement]]
    baskets: Sequence[tuple[int, tuple[int, ...], str, int]]


def main(file: str) -> None:
    """Do the works that lie in a file, a process each, all at once; print what it took, as JSON."""
    works: list[Work] = pickle.loads(Path(file).read_bytes())  # noqa: S301 - written by the program that started us
    here = multiprocessing.get_context("fork")
    barrier = here.Barrier(len(works) + 1)
    results = here.SimpleQueue()
    loops = [here.Process(target=_loop, args=(work, barrier, results)) for work in works]
    for loop in loops:
        loop.start()
    barrier.wait()
    began = time.perf_counter()
    took = [results.get() for _loop in loops]
    seconds = time.perf_counter() - began
    for loop in loops:
        loop.join()
    print(json.dumps({"seconds": seconds, "each": took}))


def _loop(work: Work, barrier: Any, results: Any) -> None:
    connection = _connect(work.address)
    turn = os.open(work.turn, os.O_RDWR | os.O_CREAT, 0o600) if work.turn else -1
    cursor = connection.cursor()
    barrier.wait()
    cpu, seconds = time.process_time(), []
    for cart_id, line_ids, token, shop in work.baskets:
        began = time.perf_counter()
        known: dict[str, Any] = {"cart": cart_id, "token": token, "number": secrets.token_hex(8)}
        known |= {f"line{place}": line_id for place, line_id in enumerate(line_ids)}
        for statement in work.scripts[shop]:
            _run(connection, cursor, statement, known, turn)
        seconds.append(time.perf_counter() - began)
    results.put((seconds, time.process_time() - cpu))
    connection.close()


def _connect(address: str) -> Any:
    if not address.startswith("sqlite:///"):
        # The recorded statements number their values, as the server does.
        return psycopg.connect(address, cursor_factory=psycopg.RawCursor)
    connection = sqlite.connect(address.removeprefix("sqlite:///"), timeout=10)
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
    return connection


def _run(connection: Any, cursor: Any, statement: Statement, known: dict[str, Any], turn: int) -> None:
    if statement.text in (COMMIT, ROLLBACK):
        (connection.commit if statement.text == COMMIT else connection.rollback)()
        if turn >= 0:
            fcntl.flock(turn, fcntl.LOCK_UN)
        return
    if statement.text == TAKE_TURN:
        fcntl.flock(turn, fcntl.LOCK_EX)
    values = _filled(statement.values, known)
    (cursor.executemany if isinstance(values, list) else cursor.execute)(statement.text, values)
    rows = cursor.fetchall() if cursor.description else []
    if statement.text.startswith("INSERT INTO "):
        table = statement.text.split(maxsplit=3)[2]
        if table in NUMBERED:
            known[table] = rows[0][0] if rows else cursor.lastrowid


def _filled(values: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(values, Place):
        value = known[values.name]
        return f"{values.before}{value}{values.after}" if values.before or values.after else value
    if isinstance(values, dict):
        return {name: _filled(value, known) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(_filled(value, known) for value in values)
    return values
