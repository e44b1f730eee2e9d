"""Decides how media files are kept: a folder per random key, whole or not at all, never changed."""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from marketplace.kit.errors import Unavailable

_KEY = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[a-z0-9]{1,20}\.[a-z]{2,5}")


def new_key() -> str:
    """A random name of 128 bits; nothing that a person typed ever becomes a file name."""
    return secrets.token_hex(16)


def keep(folder: Path, key: str, files: Mapping[str, bytes]) -> None:
    """Write `files` (name to bytes) under `key` in the media `folder`: all of them, on the disk, or none.

    Raises:
        ValueError: a key or name that this module did not make.
        Unavailable: the disk is full or does not answer.
    """
    if not _KEY.fullmatch(key) or not all(_NAME.fullmatch(name) for name in files):
        raise ValueError(f"not a media key and names: {key!r} {sorted(files)}")
    final = _place(folder, key)
    fresh = final.with_name(f".{key}.{os.getpid()}")
    try:
        fresh.mkdir(parents=True)
        for name, body in files.items():
            _write(fresh / name, body)
        sync(fresh)
        fresh.rename(final)
        sync(final.parent)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise Unavailable("Foto belum bisa disimpan sekarang. Coba lagi beberapa saat lagi.") from error


def locate(folder: Path, key: str, name: str) -> Path | None:
    """The file of a key and name, or None. What does not look like ours is never looked for on the disk."""
    if not _KEY.fullmatch(key) or not _NAME.fullmatch(name):
        return None
    path = _place(folder, key) / name
    return path if path.is_file() else None


def kept_before(folder: Path, moment: datetime) -> Iterator[list[str]]:
    """The keys of what was kept before a moment, a few at a time; with what a crash left half written."""
    for place in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        yield [
            one.name for one in sorted(place.iterdir()) if _ours(one.name) and _age(one) < moment.timestamp()
        ]


def remove(folder: Path, key: str) -> None:
    """Remove what is kept under a key, unless it is `spared`. For what no row names, and none will again."""
    with _opened(folder) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            # The sweeper comes back to what is left lying.
            return
        shutil.rmtree(folder / key.strip(".")[:2] / key, ignore_errors=True)


@contextmanager
def spared(folder: Path) -> Iterator[None]:
    """Nothing that is kept in `folder` is removed during the block, by no process."""
    with _opened(folder) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def sync(path: Path) -> None:
    """Have a file or folder on the disk itself, not only on its way there."""
    with _opened(path) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """A file or folder by its descriptor. Nothing is made: nobody owns what another may not open."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _ours(name: str) -> bool:
    return bool(_KEY.fullmatch(name)) or name.startswith(".")


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _place(folder: Path, key: str) -> Path:
    # Two letters deep, so that no folder grows to a hundred thousand entries.
    return folder / key[:2] / key


def _write(path: Path, body: bytes) -> None:
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
