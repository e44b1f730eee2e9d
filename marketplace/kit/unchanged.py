"""Decides whether the database still says what it said: by a mark that every commit of anybody changes.

What was read under a mark is true for as long as the mark is the same. It is asked for before a page reads
anything, and only for pages that are looked at (GET): who writes sees its own changes.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, has_request_context, request
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from marketplace.extensions import db

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
KEY = "desamart.mark"
MOST = 300
# A connection that hangs (a cut line says nothing) may hold up one page, not all of them one after the other.
PATIENCE = 0.2
_opened = count(1)
_ASKED = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}


class _Watch:
    """One connection of this process that only asks for the mark; it never holds a transaction open."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.turn = threading.Lock()
        self.pid = 0
        self.connection: Any = None
        # A mark means something beside marks of the same connection only.
        self.opened = 0
        event.listen(engine, "engine_disposed", self._close)

    def mark(self) -> Hashable:
        """What stands for all that is committed; None when nobody can tell, or not at once."""
        if not self.turn.acquire(timeout=PATIENCE):
            return None
        try:
            answer = self._ask()
            return self.opened, answer
        except (SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error):
            self._close()
            return None
        finally:
            self.turn.release()

    def _ask(self) -> Hashable:
        if self.connection is None or self.pid != os.getpid():
            pooled = self.engine.raw_connection()
            pooled.detach()
            self.connection, self.pid, self.opened = pooled.dbapi_connection, os.getpid(), next(_opened)
            if self.engine.dialect.name == "postgresql":
                self.connection.autocommit = True
        answer: Hashable = self.connection.execute(_ASKED[self.engine.dialect.name]).fetchall()[0][0]
        return answer

    def _close(self, *_engine: object) -> None:
        if self.connection is not None and self.pid == os.getpid():
            self.connection.close()
        self.connection = None


def mark(app: Flask) -> Hashable:
    """The mark of this moment; None when the database does not answer. Call before anything is read."""
    watch: _Watch | None = app.extensions.get("desamart-watch")
    if watch is None:
        with app.app_context():
            watch = app.extensions.setdefault("desamart-watch", _Watch(db.engine))
    return watch.mark()


def remembered(read: Callable[Arguments, Answer], *, most: int = MOST) -> Callable[Arguments, Answer]:
    """Let a reading be answered from memory while nothing has been committed since, `most` answers of it.

    Its answer must follow from the database and the (hashable) arguments alone, and nobody may change it.
    """

    @wraps(read)
    def asked(*arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
        now = request.environ.get(KEY) if has_request_context() else None
        if now is None:
            return read(*arguments, **named)
        known: OrderedDict[Hashable, Any] = current_app.extensions.setdefault(
            f"desamart-{name}", OrderedDict()
        )
        key = (now, arguments, *named.items())
        try:
            return known[key]  # type: ignore[no-any-return]
        except KeyError:
            found = known[key] = read(*arguments, **named)
        while len(known) > most:
            _forget_first(known)
        return found

    name = f"{read.__module__}.{read.__qualname__}"
    return asked


def look_again() -> None:
    """Within this request, nothing is answered from memory any more: the database has moved on meanwhile."""
    if has_request_context():
        request.environ.pop(KEY, None)


def _forget_first(known: OrderedDict[Hashable, Any]) -> None:
    try:
        known.popitem(last=False)
    except KeyError:
        # Another thread has just done so.
        return
