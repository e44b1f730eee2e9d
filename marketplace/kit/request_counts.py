"""Decides where requests are counted for their limits when no Redis is set: here, one thread at a time.

The counter that comes with `limits` starts a timer at each count; two threads that do so at once can start
the same timer twice, which raises and would answer somebody with an error page.
"""

import threading
from typing import Any

from limits.storage import MemoryStorage

ADDRESS = "memory+threads://"


class ThreadedMemory(MemoryStorage):
    """Counts in memory, one thread at a time."""

    STORAGE_SCHEME = ["memory+threads"]

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        self._turn = threading.Lock()
        super().__init__(uri, **options)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` more for `key`, for `expiry` seconds; answers the count."""
        with self._turn:
            return super().incr(key, expiry, amount)
