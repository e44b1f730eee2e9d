"""Decides how long one waits for what others hold: a visitor for moments, the worker and commands for long.

A page that hangs helps nobody, and it keeps a thread from all others. So a request gives up soon, in words;
what nobody looks at waits until the others are done.
"""

from dataclasses import dataclass

from flask import has_request_context
from sqlalchemy.exc import OperationalError

from marketplace.kit.errors import Unavailable
from marketplace.kit.texts import noted

# A lock that somebody else holds; two that wait for each other, of which the server undoes one.
_LOCKED = ("55P03", "40P01", "SQLITE_BUSY")


@dataclass(frozen=True)
class Patience:
    """In seconds: for a lock, for a statement, for a transaction in which nothing happens. 0: no end."""

    lock: int
    statement: int
    idle: int


VISITOR = Patience(lock=5, statement=30, idle=120)
AT_LEISURE = Patience(lock=600, statement=0, idle=900)


class Busy(Unavailable):
    """Others held for too long what this one needed; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(noted("Bagian ini sedang ramai sekali. Belum ada yang berubah; coba sebentar lagi."))


def patience() -> Patience:
    """Whose patience counts here: a visitor's within a request."""
    return VISITOR if has_request_context() else AT_LEISURE


def waited_in_vain(error: BaseException) -> bool:
    """Whether a database refused because somebody else held a lock; the transaction is to be undone."""
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return str(code).startswith(_LOCKED)
