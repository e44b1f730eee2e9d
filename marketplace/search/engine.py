"""Decides which products answer a question, the best first, and how long the answer is remembered.

What a question finds follows from the index alone: it is remembered until the index says that it changed.
"""

from array import array
from collections.abc import Sequence
from pathlib import Path

import structlog

from marketplace.config import settings
from marketplace.search import reading, storage
from marketplace.search.words import asked

# Answers are kept as bare numbers: 300 long ones are a megabyte.
MOST_KEPT = 300
Key = tuple[Path, tuple[str, ...], int]
log = structlog.get_logger()
_answers: dict[Key, tuple[storage.Stamp, Sequence[int]]] = {}
_missed: set[Path] = set()


def find(text: str, *, limit: int = 500) -> list[int] | None:
    """Ids of up to `limit` products that answer the text, the best first; an empty or odd text finds nothing.

    None when there is no usable index (the caller asks `fallback.find_plain` then). Never raises.
    """
    config = settings()
    if not config.search_url.startswith("whoosh:"):
        return None
    words = asked(text)
    if not words or limit < 1:
        return []
    return _found((config.index_dir, tuple(words), limit))


def _found(key: Key) -> list[int] | None:
    top, words, limit = key
    for attempt in ("first", "last"):
        try:
            # Read before the index is: what is found is at least as new.
            stamp = reading.stamp(top)
            known = _answers.get(key)
            if known and known[0] == stamp:
                return list(known[1])
            found = reading.ranked(top, words, limit)
        except Exception as error:
            # A damaged index must not take the shop down; or a writer just removed what was being opened.
            reading.close(top)
            if attempt == "last" and top not in _missed:
                _missed.add(top)
                log.exception("search index cannot be read", error=str(error))
        else:
            _missed.discard(top)
            _keep(key, stamp, found)
            return found
    return None


def _keep(key: Key, stamp: storage.Stamp, found: list[int]) -> None:
    if len(_answers) >= MOST_KEPT:
        # Threads may do so together; then a few more questions are asked again.
        _answers.clear()
    _answers[key] = (stamp, array("q", found))


def forget() -> None:
    """Forget what was found, and close what was opened."""
    _answers.clear()
    _missed.clear()
    reading.close()
