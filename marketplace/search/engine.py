"""Decides which products answer a question, the best first, and how long the answer is remembered.

What a question finds follows from the index alone: it is remembered until the index says that it changed.
"""

from array import array
from collections.abc import Hashable, Sequence
from typing import Any, Protocol

import structlog

from marketplace.config import settings
from marketplace.search import reading
from marketplace.search.in_database import asking
from marketplace.search.questions import Within
from marketplace.search.words import asked

# So many a question finds at most. Who looks further names a kind or a place.
MOST = 500
# Answers are kept as bare numbers: 300 long ones are a megabyte.
MOST_KEPT = 300
EVERYWHERE = Within()
Key = tuple[Any, tuple[str, ...], int, Within]
log = structlog.get_logger()
_answers: dict[Key, tuple[Hashable, Sequence[int]]] = {}
_missed: set[Any] = set()


class _Index(Protocol):
    """What finds; `place` is where its index lies."""

    def stamp(self, place: Any) -> Hashable:
        """What changes with every change of the index."""

    def ranked(self, place: Any, words: Sequence[str], limit: int, within: Within) -> list[int]:
        """Ids of products, the best first."""

    def close(self, place: Any) -> None:
        """Let go of what cannot be read."""


def find(text: str, *, limit: int = MOST, within: Within = EVERYWHERE) -> list[int] | None:
    """Ids of up to `limit` products that answer the text, the best first; an empty or odd text finds nothing.

    Goods outside of `within` may be among them. None when there is no usable index (the caller asks
    `fallback.find_plain` then). Never raises.
    """
    config = settings()
    if not (config.searches_files or config.searches_database):
        return None
    words = asked(text)
    if not words or limit < 1:
        return []
    if config.searches_database:
        return _found(asking, (config.database_url, tuple(words), limit, within))
    return _found(reading, (config.index_dir, tuple(words), limit, EVERYWHERE))


def _found(index: _Index, key: Key) -> list[int] | None:
    place, *_question = key
    for attempt in ("first", "last"):
        try:
            # Read before the index is: what is found is at least as new.
            stamp = index.stamp(place)
            known = _answers.get(key)
            if known and known[0] == stamp:
                return list(known[1])
            found = index.ranked(*key)
        except Exception as error:
            # A damaged index must not take the shop down; or a writer just removed what was being opened.
            index.close(place)
            if attempt == "last" and place not in _missed:
                _missed.add(place)
                log.exception("search index cannot be read", error=str(error))
        else:
            _missed.discard(place)
            _keep(key, stamp, found)
            return found
    return None


def _keep(key: Key, stamp: Hashable, found: list[int]) -> None:
    if len(_answers) >= MOST_KEPT:
        # Threads may do so together; then a few more questions are asked again.
        _answers.clear()
    _answers[key] = (stamp, array("q", found))


def forget() -> None:
    """Forget what was found, and close what was opened."""
    _answers.clear()
    _missed.clear()
    reading.close()
