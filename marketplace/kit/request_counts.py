"""Decides where requests are counted for their limits when no Redis is set: here, one thread at a time.

The counter that comes with `limits` starts a thread at each count, to forget what is over. That costs more
than all else about it, and two threads that do so at once can start the same timer twice, which raises and
would answer somebody with an error page. Here counts that are over are forgotten along the way.
"""

import threading
import time
from typing import Any

from limits.storage import MemoryStorage

ADDRESS = "memory+threads://"
SWEPT_EVERY = 60


class ThreadedMemory(MemoryStorage):
    """Counts in memory, one thread at a time."""

    STORAGE_SCHEME = ["memory+threads"]

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        self._turn = threading.Lock()
        self._swept_at = time.time()
        super().__init__(uri, **options)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` more for `key`, for `expiry` seconds; answers the count."""
        with self._turn:
            at = time.time()
            if at - self._swept_at > SWEPT_EVERY:
                self._sweep(at)
            if self.expirations.get(key, 0) <= at:
                self.storage[key] = 0
                self.expirations[key] = at + expiry
            self.storage[key] += amount
            return self.storage[key]

    def _sweep(self, at: float) -> None:
        self._swept_at = at
        for key in [key for key, ends in self.expirations.items() if ends <= at]:
            del self.expirations[key]
            self.storage.pop(key, None)
