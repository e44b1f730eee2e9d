"""Decides whose turn it is to write on SQLite: one thread of one process at a time, first come, first served.

Turns are locks of a side file (`flock`), which end with whoever holds them, however that ends. The kernel
knows no such waiting for a limited time, so who waits for too long is woken by a signal.
"""

import ctypes
import errno
import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from marketplace.kit.patience import Busy

# Nobody is hurt by it: whoever does not listen to it does not notice it.
WAKE = signal.SIGURG
LOOK_EVERY = 0.25
# While the turn is held for long, those who come wait for a moment only, and leave the threads to readers: in
# the seconds after one of them has given up.
MOMENT, HASTY = 0.2, 5.0
_libc = ctypes.CDLL(None, use_errno=True)


class Turn:
    """The turn to write to one database, as this process knows it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.pid = 0
        self.descriptor = -1
        self.hasty_until = 0.0
        self._guard = threading.Lock()
        # Of this process one thread at most stands in the line of all processes: its name, and until when.
        self._waits: tuple[int, float] | None = None

    @contextmanager
    def held(self, within: float) -> Iterator[None]:
        """Wait for the turn, for so many seconds, and keep it for the block.

        Raises:
            Busy: somebody held it for all that time.
        """
        within = min(within, MOMENT) if time.monotonic() < self.hasty_until else within
        until = time.monotonic() + within
        if not self.lock.acquire(timeout=within):
            raise self._given_up()
        try:
            self._take(until)
            try:
                yield
            finally:
                fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        finally:
            self.lock.release()

    def _take(self, until: float) -> None:
        if self.pid != os.getpid():
            self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            self.pid = os.getpid()
            threading.Thread(target=self._wake_late_ones, daemon=True, name="turn").start()
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._stand_in_line(until)
        self.hasty_until = 0.0

    def _stand_in_line(self, until: float) -> None:
        with self._guard:
            self._waits = threading.get_ident(), until
        try:
            # Python's own `flock` would go on waiting after a signal.
            while _libc.flock(self.descriptor, fcntl.LOCK_EX):
                number = ctypes.get_errno()
                if number != errno.EINTR:
                    raise OSError(number, os.strerror(number), self.path)
                if time.monotonic() >= until:
                    raise self._given_up()
        finally:
            with self._guard:
                self._waits = None

    def _given_up(self) -> Busy:
        self.hasty_until = time.monotonic() + HASTY
        return Busy()

    def _wake_late_ones(self) -> None:
        """Again and again until it has gone, since a signal may come just before it begins to wait."""
        while True:
            time.sleep(LOOK_EVERY)
            with self._guard:
                if self._waits and time.monotonic() >= self._waits[1]:
                    with suppress(ProcessLookupError):
                        signal.pthread_kill(self._waits[0], WAKE)


def listen() -> None:
    """Let the signal wake who waits. Only a main thread can; processes that are copies of it inherit it."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(WAKE) == signal.SIG_DFL:
        signal.signal(WAKE, lambda _number, _frame: None)
