"""Decides where a backup may come back to, and what is done before it counts: tables, index, all proofs."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import update

from marketplace.accounts.models import SignIn
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.progress import progress
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs, setup
from marketplace.operations.backup import archive, manifest, postgres_dump, sqlite_copy
from marketplace.operations.backup.archive import BackupRefused
from marketplace.operations.backup.manifest import Manifest
from marketplace.operations.backup.taking import MEGABYTE
from marketplace.search.rebuilding import rebuild

Load = Callable[[Config], Flask]


@dataclass(frozen=True)
class Restored:
    """What came back, what the proofs say of it, and what the person at the machine should know."""

    manifest: Manifest
    result: proofs.Result
    remarks: tuple[str, ...]


def restore(file: Path, config: Config, load: Load, *, at: datetime, other_key: bool = False) -> Restored:
    """Bring a backup back into the empty place that `config` names. Everybody signs in anew.

    `load` puts an application together. It counts as restored also where a proof fails: the answer says so.
    `other_key` takes one that was sealed with another secret key in production, too.

    Raises:
        BackupRefused: the place is not empty, or the backup is not whole, newer than this program, or of
            another engine. Nothing is there then that was not there before.
    """
    _must_be_empty(config)
    with _unpacked(file, config, config.data_dir, other_key=other_key) as (folder, about, remarks):
        _load(folder, about, config)
    return Restored(about, _brought_up(load(config), at=at, ends_sessions=True), remarks)


def verify(file: Path, config: Config, load: Load, *, at: datetime, other_key: bool = False) -> Restored:
    """Bring a backup back into a place of its own, prove everything there, and remove the place.

    What runs here is not touched; on PostgreSQL a second database on the same server is made for it.

    Raises:
        BackupRefused: as `restore`, or no second database may be made.
    """
    with tempfile.TemporaryDirectory(prefix="desamart-periksa-") as name:
        place = Path(name) / "data"
        unpacked = _unpacked(file, config, Path(name), other_key=other_key)
        with unpacked as (folder, about, remarks), _address(about, config, place) as url:
            aside = replace(config, data_dir=place, database_url=url)
            _load(folder, about, aside)
            return Restored(about, _brought_up(load(aside), at=at, ends_sessions=False), remarks)


def moved(config: Config, into: Path) -> Config:
    """The settings with `into` as data folder; an SQLite database lies in it."""
    url = f"sqlite:///{into.resolve() / 'desamart.sqlite'}" if config.sqlite else config.database_url
    return replace(config, data_dir=into.resolve(), database_url=url)


@contextmanager
def _address(about: Manifest, config: Config, place: Path) -> Iterator[str]:
    if about.engine == "sqlite":
        yield f"sqlite:///{place / 'desamart.sqlite'}"
    elif config.sqlite:
        raise BackupRefused(_OTHER_ENGINE.format(about.engine))
    else:
        with postgres_dump.throwaway(config.database_url) as url:
            yield url


_OTHER_ENGINE = "this backup is of {}: let DESAMART_DATABASE_URL name such a database"


@contextmanager
def _unpacked(
    file: Path, config: Config, where: Path, *, other_key: bool
) -> Iterator[tuple[Path, Manifest, tuple[str, ...]]]:
    """The backup, judged as a whole, in a folder of its own within `where`, which goes with the block."""
    if not file.is_file():
        raise BackupRefused(f"there is no file {file}")
    try:
        where.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".pulih-", dir=where) as name:
            folder = Path(name)
            found = _taken_apart(file, folder, config)
            about = manifest.read(found.manifest)
            if not (found.sealed_here or other_key or config.demo):
                raise BackupRefused(_OTHER_KEY + ": if you know where it comes from, add --other-key")
            _judge(about, folder)
            remarks = manifest.different(config, about)
            yield folder, about, tuple(remarks if found.sealed_here else [_OTHER_KEY, *remarks])
    except OSError as error:
        raise BackupRefused(f"the backup could not be restored: {error.strerror or error}") from error


def _taken_apart(file: Path, folder: Path, config: Config) -> archive.Unpacked:
    size, moved = file.stat().st_size, 0
    with progress("Pemulihan (MB)") as tick:

        def hear(more: int) -> None:
            nonlocal moved
            moved += more
            tick(min(moved, size) // MEGABYTE, max(1, size // MEGABYTE))

        return archive.unpack(file, folder, secret=config.secret_key, moved=hear)


_OTHER_KEY = (
    "this backup was sealed with another DESAMART_SECRET_KEY, or changed since; "
    "with another key, buyers get new pseudonyms in the facts"
)


def _judge(about: Manifest, folder: Path) -> None:
    known = {script.revision for script in ScriptDirectory(str(setup.MIGRATIONS)).walk_revisions()}
    if about.schema not in known:
        raise BackupRefused(
            f"this backup is newer than this DesaMart ({about.program}, tables {about.schema}): "
            "install the version it was made with, or a later one"
        )
    if about.engine not in archive.DATABASES:
        raise BackupRefused(f"this backup is of an unknown database: {about.engine!r}")
    database = folder / archive.DATABASES[about.engine]
    if not database.exists():
        raise BackupRefused("this backup is damaged: its database is missing")
    if about.engine == "sqlite":
        sqlite_copy.prove_whole(database)
        if (schema := sqlite_copy.schema_of(database)) != about.schema:
            raise BackupRefused(f"this backup is damaged: its tables are {schema}, not {about.schema}")


def _must_be_empty(config: Config) -> None:
    filled = [name for name in archive.FOLDERS if any((config.data_dir / name).glob("[!.]*"))]
    files = [config.data_dir / name for name in archive.SIMULATED if config.demo]
    if config.sqlite:
        files.append(sqlite_copy.file_of(config.database_url))
    elif not postgres_dump.is_empty(config.database_url):
        filled.append("the database of DESAMART_DATABASE_URL")
    filled += [str(path) for file in files for path in sqlite_copy.parts_of(file)]
    if filled:
        raise BackupRefused(
            f"a backup is restored into an empty place only, and this one holds {', '.join(filled)}: "
            "name another one with --into, or move that away"
        )


def _load(folder: Path, about: Manifest, config: Config) -> None:
    """Move what was unpacked to its place: first the files, then the database that names them."""
    if (about.engine == "sqlite") != config.sqlite:
        raise BackupRefused(_OTHER_ENGINE.format(about.engine))
    config.data_dir.mkdir(parents=True, exist_ok=True)
    names = [*archive.FOLDERS, *(archive.SIMULATED if config.demo else ())]
    moved = []
    try:
        for name in names:
            if (folder / name).exists():
                _remove(config.data_dir / name)
                moved.append((folder / name).rename(config.data_dir / name))
        database = folder / archive.DATABASES[about.engine]
        if config.sqlite:
            file = sqlite_copy.file_of(config.database_url)
            file.parent.mkdir(parents=True, exist_ok=True)
            moved.append(file)
            shutil.move(database, file)
        else:
            postgres_dump.load(database, config.database_url)
    except BaseException:
        for path in moved:
            _remove(path)
        raise


def _remove(path: Path) -> None:
    """Remove a folder with what crashes left in it, or a file; nothing happens if there is none."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _brought_up(app: Flask, *, at: datetime, ends_sessions: bool) -> proofs.Result:
    try:
        setup.upgrade(app)
        with app.app_context():
            if ends_sessions:
                _end_sessions(at)
            with progress("Indeks pencarian") as tick:
                rebuild(tick)
            db.session.remove()
            return proofs.prove(at=at)
    finally:
        _close(app)


def _end_sessions(at: datetime) -> None:
    """Who signed out after the backup was made is signed out in it as well."""
    with transaction() as session:
        session.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=at))


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
