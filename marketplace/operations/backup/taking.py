"""Decides what goes into a backup and in which sequence: one state of the database first, then the files.

Files are written before a row names them and never changed, and none is removed while a backup runs, so
every file that the copied state names is there when its turn comes. Some that it does not name come along.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from marketplace.config import Config
from marketplace.kit import storage
from marketplace.kit.progress import Tick
from marketplace.operations.backup import archive, manifest, postgres_dump, sqlite_copy
from marketplace.operations.backup.archive import BackupRefused

MEGABYTE = 1024 * 1024
# Synced a little at a time: one sync of everything would let all who commit meanwhile wait for it.
_SYNC_EVERY = 4 * MEGABYTE


def take(file: Path, config: Config, *, at: datetime, tick: Tick | None = None) -> int:
    """Write a backup to `file`, for our eyes only; answers its size in bytes. `tick` hears megabytes.

    It stands under its name only when it is whole and on the disk.

    Raises:
        BackupRefused: there is such a file already, no room, or no database.
    """
    if file.exists():
        raise BackupRefused(f"{file} is there already: choose another name, it is not overwritten")
    try:
        with tempfile.TemporaryDirectory(prefix=".desamart-", dir=file.parent) as beside, _spared(config):
            fresh = Path(beside) / "backup.tar"
            _write(fresh, config, at, tick)
            _name(fresh, file)
            return file.stat().st_size
    except OSError as error:
        raise BackupRefused(f"the backup could not be written: {error}") from error


def _write(fresh: Path, config: Config, at: datetime, tick: Tick | None) -> None:
    database = fresh.with_name("database")
    engine, schema = _copy_database(config, database)
    simulated = dict(_simulated(config, fresh.parent))
    kept = sum(path.stat().st_size for _name, path in _files(config))
    total = kept + sum(path.stat().st_size for path in (database, *simulated.values()))
    about = manifest.of(config, engine=engine, schema=schema, at=at)
    with open(fresh, "xb", opener=_for_us) as out:
        writer = archive.Writer(out, secret=config.secret_key, moved=_counted(out.fileno(), total, tick))
        writer.text(archive.MANIFEST, about.as_text())
        for name, path in ((archive.DATABASES[engine], database), *simulated.items(), *_files(config)):
            writer.file(name, path)
        writer.seal()
        out.flush()
        os.fsync(out.fileno())
    if tick:
        tick(max(1, total // MEGABYTE), max(1, total // MEGABYTE))


def _copy_database(config: Config, target: Path) -> tuple[str, str]:
    """Engine, and the revision of its tables."""
    if config.sqlite:
        sqlite_copy.copy(sqlite_copy.file_of(config.database_url), target)
        return "sqlite", sqlite_copy.schema_of(target)
    return "postgresql", postgres_dump.dump(config.database_url, target)


def _simulated(config: Config, folder: Path) -> Iterator[tuple[str, Path]]:
    """Copies of what the simulated providers remember; in production there are none."""
    for name in archive.SIMULATED if config.demo else ():
        if (config.data_dir / name).exists():
            sqlite_copy.copy(config.data_dir / name, folder / name)
            yield name, folder / name


def _files(config: Config) -> Iterator[tuple[str, Path]]:
    """The kept files. Halves that a crash left, and what others laid beside them, stay behind."""
    for top in archive.FOLDERS:
        for path in sorted((config.data_dir / top).glob("[0-9a-f][0-9a-f]/[0-9a-f]*/*")):
            if archive.is_kept(name := str(path.relative_to(config.data_dir))):
                yield name, path


@contextmanager
def _spared(config: Config) -> Iterator[None]:
    with ExitStack() as held:
        for folder in (config.data_dir / top for top in archive.FOLDERS):
            # A folder that is made by whoever takes the backup (root, perhaps) would not take files later.
            if folder.is_dir():
                held.enter_context(storage.spared(folder))
        yield


def _counted(descriptor: int, total: int, tick: Tick | None) -> archive.Moved:
    moved = synced = 0

    def hear(size: int) -> None:
        nonlocal moved, synced
        moved += size
        if moved - synced >= _SYNC_EVERY:
            synced = moved
            os.fdatasync(descriptor)
            if tick:
                tick(min(moved, total) // MEGABYTE, max(1, total // MEGABYTE))

    return hear


def _for_us(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _name(fresh: Path, file: Path) -> None:
    """Give the whole file its name, unless somebody else was faster."""
    try:
        os.link(fresh, file)
    except FileExistsError as error:
        raise BackupRefused(f"{file} is there already: choose another name, it is not overwritten") from error
    except OSError:
        # A disk that knows no second names (FAT, some network folders).
        shutil.move(fresh, file)
    storage.sync(file.parent)
