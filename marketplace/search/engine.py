"""Decides which products answer a question, the best first. A thread keeps the index open while it is new."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from marketplace.config import settings
from marketplace.search import questions, storage
from marketplace.search.words import asked

# With at least so many exact answers nobody needs guesses below them.
ENOUGH = 12
log = structlog.get_logger()


@dataclass(frozen=True)
class _Opened:
    stamp: storage.Stamp
    searcher: Any
    ids: Sequence[int]
    lexicon: questions.Lexicon

    def ranked(self, words: Sequence[str], limit: int) -> list[int]:
        """Ids of products, the best first; those of a later stage always below those of an earlier one."""
        found: dict[int, None] = {}
        for query in questions.stages(words, self.lexicon):
            found |= dict.fromkeys(self._answers(query, limit))
            if len(found) >= min(ENOUGH, limit):
                return list(found)[:limit]
        for query in questions.last_resorts(words, self.lexicon):
            if found:
                break
            found = dict.fromkeys(self._answers(query, limit))
        return list(found)[:limit]

    def _answers(self, query: Any, limit: int) -> list[int]:
        """Equally good answers come newest first, so that the order does not depend on how the index grew."""
        hits = self.searcher.search(query, limit=limit).top_n
        scored = sorted((-round(score, 3), -self.ids[number]) for score, number in hits)
        return [-negative for _score, negative in scored]


class _Readers(threading.local):
    """Whoosh readers move file positions about, so no two threads may share one."""

    def __init__(self) -> None:
        self.opened: dict[Path, _Opened] = {}


_readers = _Readers()
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
    for attempt in ("first", "last"):
        try:
            found = _open(config.index_dir).ranked(words, limit)
        except Exception as error:
            # A damaged index must not take the shop down; or a writer just removed what was being opened.
            _readers.opened.pop(config.index_dir, None)
            if attempt == "last" and config.index_dir not in _missed:
                _missed.add(config.index_dir)
                log.exception("search index cannot be read", error=str(error))
        else:
            _missed.discard(config.index_dir)
            return found
    return None


def _open(top: Path) -> _Opened:
    now = storage.stamp(top)
    if now is None:
        raise storage.Unreadable("there is no index")
    known = _readers.opened.get(top)
    if known and known.stamp == now:
        return known
    searcher = storage.opened(top).searcher()
    reader = searcher.reader()
    fresh = _Opened(now, searcher, _ids(reader), questions.Lexicon.of(reader))
    _readers.opened[top] = fresh
    if known:
        known.searcher.close()
    return fresh


def _ids(reader: Any) -> list[int]:
    """Product id by document number, those of removed documents included."""
    count = reader.doc_count_all()
    column = reader.column_reader("id") if count else ()
    return [int(column[number]) for number in range(count)]
