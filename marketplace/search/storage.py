"""Decides where the index lies and how it changes without readers noticing a half-written one.

The file `current` in the index folder names the folder in use and its generation. It is replaced, in one
rename, after every commit, so a look at that one file tells a reader whether anything changed. Whoosh never
calls fsync; here everything is on the disk before `current` points to it.
"""

import fcntl
import random
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.analysis import RegexTokenizer
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.writing import SegmentWriter

from marketplace.kit.storage import sync
from marketplace.search.documents import Document

# Counted up whenever the schema or what a word is changes: an index of another format counts as none.
FORMAT = 2
FIELDS = ("name", "category", "shop", "place", "description")
Stamp = tuple[int, int]


class Unreadable(Exception):
    """There is no index, or none that can be opened."""


def stamp(top: Path) -> Stamp | None:
    """What changes with every commit and every swap; None when there is no index. Costs one `stat`."""
    try:
        seen = (top / "current").stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns


def opened(top: Path, *, finished: bool = False) -> Any:
    """The Whoosh index in use. With `finished`, one whose last commit was cut short is refused.

    Raises:
        Unreadable: no index, of another format, or damaged.
    """
    try:
        folder, generation = (top / "current").read_text(encoding="ascii").split()
        if not folder.startswith(f"v{FORMAT}-") or "/" in folder:
            raise Unreadable(f"{folder} is of another format")
        found = index.open_dir(str(top / folder))
        if finished and found.latest_generation() != int(generation):
            raise Unreadable(f"the last commit in {folder} was cut short")
    except Unreadable:
        raise
    except Exception as error:
        # Whoosh reads damaged files with whatever its unpickling runs into.
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    return found


def fresh(top: Path) -> Any:
    """A new, empty index in a folder of its own, in use by nobody yet."""
    folder = top / f"v{FORMAT}-{secrets.token_hex(6)}"
    folder.mkdir(parents=True)
    text = {name: TEXT(analyzer=RegexTokenizer(r"\S+")) for name in FIELDS}
    return index.create_in(
        str(folder), Schema(id=ID(unique=True, stored=True, sortable=True), digest=STORED, **text)
    )


def fields(document: Document) -> dict[str, str]:
    """The document as Whoosh takes it."""
    text = {name: getattr(document, name) for name in FIELDS}
    return text | {"id": str(document.product_id), "digest": document.digest}


@contextmanager
def writing(index_in_turn: Any, **options: Any) -> Iterator[Any]:
    """A Whoosh writer for who has the `turn`; commits at the end of the block, or changes nothing.

    Whoosh's own lock is left out: after a failed commit it would stay taken until the process ends.
    """
    # Whoosh names its files with the random numbers of the process, which forked twins would have in common.
    random.seed()
    writer = SegmentWriter(index_in_turn, _lk=False, **options)
    try:
        yield writer
    except BaseException:
        with suppress(OSError):
            writer.cancel()
        raise
    writer.commit()


def publish(top: Path, written: Any) -> None:
    """Make what was committed to `written` durable, then let `current` name it, then remove older folders."""
    folder = Path(written.storage.folder)
    for path in (*folder.iterdir(), folder):
        sync(path)
    pointer = top / f"current.{secrets.token_hex(4)}"
    pointer.write_text(f"{folder.name} {written.latest_generation()}\n", encoding="ascii")
    sync(pointer)
    pointer.replace(top / "current")
    sync(top)


def clear(top: Path, keep: Any) -> None:
    """Remove all folders but that of `keep`. Readers of an older one hold its files open and go on."""
    for path in top.iterdir():
        if path.is_dir() and path != Path(keep.storage.folder):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith("current."):
            path.unlink(missing_ok=True)


@contextmanager
def turn(top: Path, *, patience: float) -> Iterator[bool]:
    """Be the only writer of the index of all processes; False when another kept it `patience` seconds."""
    top.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    with (top / "writing.lock").open("a") as file:
        while not (held := _grabbed(file.fileno())) and time.monotonic() < until:
            time.sleep(0.05)
        yield held


def _grabbed(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
