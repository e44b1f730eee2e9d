"""Decides where throwaway data lives: in memory where there is room for it, on the disk otherwise.

Ten times faster for copies of databases, and nothing here has to survive anything. What measures durability
asks for the disk.
"""

import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
DISK = Path("/tmp")
# Kept over a restart of the machine, so it is never memory.
LASTING = Path("/var/tmp")
ROOM = 2 * 1024**3


def scratch_folder(prefix: str, *, durable: bool = False) -> Path:
    """A new, empty folder, readable by its maker only; `durable` on the disk. The caller removes it.

    Its path is short: the sockets of servers are put into it, and a socket's path has 107 characters at most.
    """
    if durable:
        return Path(tempfile.mkdtemp(prefix=prefix, dir=LASTING))
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else DISK))
