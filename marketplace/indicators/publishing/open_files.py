"""Decides when an open file is made: once per state of what is public, in the data folder, for all who ask.

Many may ask at once, in several processes: the first makes it and the others wait for it at a file's lock.
"""

import fcntl
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from marketplace.config import settings
from marketplace.indicators.publishing import open_data, public
from marketplace.indicators.publishing.json_lists import listed
from marketplace.kit.clock import day_wib, start_of_day
from marketplace.kit.csv_files import csv_lines

CSV, JSON = "indikator.csv", "indikator.json"
# Somebody may just have found the one before, and be about to open it.
KEPT = 2
GZIP_LEVEL = 6


@dataclass(frozen=True)
class OpenFile:
    """A file as it lies in the folder; `tag` is taken of its bytes."""

    path: Path
    tag: str

    @property
    def packed(self) -> Path:
        """The same with gzip: a fortieth of the size, packed once and not for each who asks."""
        return _packed(self.path)


def lines(name: str, *, at: datetime) -> Iterator[str]:
    """What stands in a file, computed now. Figures are as of the beginning of the WIB day of `at`.

    So the same figures have the same bytes all day long, and whoever asks again is told so.
    """
    return _WRITERS[name](start_of_day(day_wib(at)))


def open_file(name: str, *, at: datetime) -> OpenFile | None:
    """The file for what is public now, made if there is none yet; None while cells are being counted."""
    if not public.at_rest():
        return None
    state = public.state(at)
    return _found(name, state) or _made(name, state, at)


def make(*, at: datetime) -> int:
    """Make what is missing, so that nobody has to wait for it; answers how many files stand."""
    return sum(open_file(name, at=at) is not None for name in _WRITERS)


def _found(name: str, state: str) -> OpenFile | None:
    for path in settings().open_dir.glob(f"{state}.*.{name}"):
        return OpenFile(path, path.name.split(".")[1])
    return None


def _made(name: str, state: str, at: datetime) -> OpenFile | None:
    folder = settings().open_dir
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"kunci.{name}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = _found(name, state)
        if found:
            return found
        fresh, digest = folder / f"baru.{name}", sha256()
        with fresh.open("wb") as out, gzip.open(_packed(fresh), "wb", GZIP_LEVEL) as packed:
            for part in lines(name, at=at):
                digest.update(part.encode())
                out.write(part.encode())
                packed.write(part.encode())
        if not public.at_rest() or public.state(at) != state:
            fresh.unlink()
            return None
        made = OpenFile(folder / f"{state}.{digest.hexdigest()[:32]}.{name}", digest.hexdigest()[:32])
        _packed(fresh).rename(made.packed)
        fresh.rename(made.path)
        _clear(folder, name)
        return made


def _clear(folder: Path, name: str) -> None:
    made = sorted(folder.glob(f"*.*.{name}"), key=lambda path: path.stat().st_mtime_ns)
    for old in made[:-KEPT]:
        _packed(old).unlink(missing_ok=True)
        old.unlink(missing_ok=True)


def _packed(path: Path) -> Path:
    return path.with_name(f"{path.name}.gz")


def _csv(at: datetime) -> Iterator[str]:
    return csv_lines(open_data.HEAD, open_data.csv_rows(at=at))


def _json(at: datetime) -> Iterator[str]:
    return listed(open_data.json_rows(at=at), licence=open_data.LICENCE)


_WRITERS: dict[str, Callable[[datetime], Iterator[str]]] = {CSV: _csv, JSON: _json}
