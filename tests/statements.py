"""Counts what a piece of work asks of the database. Call inside an application context."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from marketplace.extensions import db


def count(work: Callable[[], Any]) -> int:
    """How many statements the work sends."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(sent)
