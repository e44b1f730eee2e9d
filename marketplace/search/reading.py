"""Decides how a process reads the index: one reader for all of its threads, kept open while it is new.

Whoosh readers move file positions about, so its threads search one after the other. That costs nothing: all
of it is Python, of which one thread runs at a time anyway. A reader for each thread would cost its memory.
"""

import os
import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketplace.search import questions, storage, weighing


@dataclass(frozen=True)
class _Opened:
    pid: int
    stamp: storage.Stamp
    searcher: Any
    ids: Sequence[int]
    lexicon: weighing.WhooshLexicon

    def answers(self, question: questions.Question, limit: int) -> list[int]:
        """Equally good answers come newest first, so that the order does not depend on how the index grew."""
        hits = self.searcher.search(weighing.weighed(question, self.lexicon.reader), limit=limit).top_n
        scored = sorted((-round(score, 3), -self.ids[number]) for score, number in hits)
        return [-negative for _score, negative in scored]


_turn = threading.Lock()
_opened: dict[Path, _Opened] = {}


def stamp(top: Path) -> storage.Stamp:
    """What changes with every change of the index.

    Raises:
        Unreadable: there is no index.
    """
    now = storage.stamp(top)
    if now is None:
        raise storage.Unreadable("there is no index")
    return now


def ranked(top: Path, words: Sequence[str], limit: int, _within: questions.Within) -> list[int]:
    """Ids of up to `limit` products, the best first. It does not narrow: who asks does.

    Raises:
        Unreadable: there is no index, or it is damaged; a damaged one may fail in other ways too.
    """
    with _turn:
        opened = _open(top)
        return questions.answered(words, opened.lexicon, opened.answers, limit)


def close(top: Path | None = None) -> None:
    """Let go of the index, or of all."""
    with _turn:
        for path in [top] if top else list(_opened):
            _opened.pop(path, None)


def _open(top: Path) -> _Opened:
    now, known = stamp(top), _opened.get(top)
    # A process that was forked off has the files of its parent, whose positions it would move.
    mine = known is not None and known.pid == os.getpid()
    if known and mine and known.stamp == now:
        return known
    searcher = storage.opened(top).searcher()
    reader = searcher.reader()
    fresh = _Opened(os.getpid(), now, searcher, _ids(reader), weighing.WhooshLexicon.of(reader))
    _opened[top] = fresh
    if known and mine:
        known.searcher.close()
    return fresh


def _ids(reader: Any) -> Sequence[int]:
    """Product id by document number, those of removed documents included."""
    count = reader.doc_count_all()
    column = reader.column_reader("id") if count else ()
    return array("q", (int(column[number]) for number in range(count)))
