"""Decides who goes first where many want the same at once: who came first, a few at a time.

One process runs one thread of Python at a time. More of them at work make nothing faster: they take the
interpreter from each other between any two steps, also from the one that all others wait for.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from marketplace.kit.patience import VISITOR, Busy


class Queue:
    """Lets so many threads of this process in at once, in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def entered(self, within: float = VISITOR.lock) -> Iterator[None]:
        """Wait for a place, for so many seconds, keep it for the block.

        Raises:
            Busy: nobody left in that time.
        """
        self._enter(within)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, within: float) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        came = False
        try:
            came = turn.acquire(timeout=within)
        finally:
            if not came and not self._gave_up(turn):
                # It was this one's turn in the very moment in which it went.
                self._leave()
        if not came:
            raise Busy

    def _gave_up(self, turn: threading.Lock) -> bool:
        """Leave the line; False when one's turn has come meanwhile."""
        with self._guard:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                # The place goes to who has waited longest; nobody can come between.
                self._waiting.popleft().release()
            else:
                self._free += 1
