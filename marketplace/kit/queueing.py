"""Decides who goes first where many want the same at once: who came first, a few at a time.

One process runs one thread of Python at a time. More of them at work make nothing faster: they take the
interpreter from each other between any two steps, also from the one that all others wait for.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Queue:
    """Lets so many threads of this process in at once, in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Wait for a place, keep it for the block."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                # The place goes to who has waited longest; nobody can come between.
                self._waiting.popleft().release()
            else:
                self._free += 1
