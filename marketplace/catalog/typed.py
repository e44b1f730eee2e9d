"""Decides how what sellers type is read: counts, days, prices. Pure rules."""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

T = TypeVar("T")

_COUNT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCAL_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


def whole(text: str, least: int = 0) -> int:
    """A count up to a million. Points are read where they part thousands only: `1.5` is not fifteen.

    Raises:
        ValueError: not a count, or below `least`.
    """
    plain = text.strip()
    number = int(plain.replace(".", "")[:20]) if _COUNT.fullmatch(plain) else -1
    if not least <= number <= 1_000_000:
        raise ValueError(text)
    return number


def whole_id(text: str) -> int:
    """The number of a row.

    Raises:
        ValueError: none that a row could have.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(text)
    return int(text)


def day(text: str) -> date:
    """A day as a date field sends it (`2026-12-20`), or as people write it (`20/12/2026`).

    Raises:
        ValueError: not a day.
    """
    plain = text.strip()
    local = _LOCAL_DAY.fullmatch(plain)
    if local:
        return date(int(local[3]), int(local[2]), int(local[1]))
    if not _DAY.fullmatch(plain):
        raise ValueError(text)
    return date.fromisoformat(plain)


def read(reader: Callable[[str], T], text: str | None) -> T | None:
    """What the reader makes of the text; None where it makes nothing of it."""
    try:
        return reader(text or "")
    except ValueError:
        return None
