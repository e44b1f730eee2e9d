"""Decides how processes are looked at from outside: their families, CPU time, connections."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")
_LISTENS = "0A"
_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all that it started, as far as they still run."""
    try:
        threads = list((PROC / str(pid) / "task").iterdir())
        children = [int(word) for thread in threads for word in (thread / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(member for child in children for member in family(child))]


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU seconds that these processes, and those of their children that have ended, have used so far."""
    return sum(_ticks(pid) for pid in pids) / _TICKS


def load() -> float:
    """How many processes wanted a processor of this machine during the last minute."""
    return os.getloadavg()[0]


def owners(pids: Iterable[int], port: int) -> dict[int, int]:
    """Which of these processes holds which connection to our `port`: the client's port -> process."""
    sockets = dict(_connections(port))
    found = {}
    for pid in pids:
        for entry in (PROC / str(pid) / "fd").iterdir():
            try:
                target = str(entry.readlink())
            except OSError:
                continue
            peer = sockets.get(target.removeprefix("socket:[").removesuffix("]"))
            if peer is not None:
                found[peer] = pid
    return found


def listeners(port: int) -> int:
    """How many sockets listen at our `port`: one for each web process that is ready."""
    return sum(words[3] == _LISTENS for words in _sockets(port))


def _connections(port: int) -> list[tuple[str, int]]:
    """Inode and client's port of every connection to a port of this machine."""
    return [(words[9], int(words[2].rpartition(":")[2], 16)) for words in _sockets(port)]


def _sockets(port: int) -> Iterator[list[str]]:
    """The rows of the kernel's tables for a port of this machine."""
    for table in ("tcp", "tcp6"):
        for line in (PROC / "net" / table).read_text().splitlines()[1:]:
            words = line.split()
            if int(words[1].rpartition(":")[2], 16) == port:
                yield words


def _ticks(pid: int) -> int:
    try:
        words = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(word) for word in words[11:15])
