"""Decides how an SQLite database is copied while others write to it, and whether a copy is whole."""

from contextlib import closing
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import make_url

from marketplace.operations.backup.archive import BackupRefused


def file_of(url: str) -> Path:
    """The file of a database address."""
    return Path(make_url(url).database or "")


def parts_of(file: Path) -> list[Path]:
    """What there is of a database: its file, and what was written beside it and not yet into it.

    The latter is read into whatever database lies there next, also where its own was moved away.
    """
    beside = (file.with_name(file.name + ending) for ending in ("", "-wal", "-journal"))
    return [path for path in beside if path.exists() and path.stat().st_size]


def copy(source: Path, target: Path) -> None:
    """Copy one state of the database into a new file that only we may read. Writers go on meanwhile.

    Raises:
        BackupRefused: there is no database, or no room for its copy.
    """
    target.touch(mode=0o600)
    try:
        with closing(sqlite.connect(f"file:{source}?mode=rw", uri=True, isolation_level=None)) as database:
            database.execute("VACUUM INTO ?", (str(target),))
    except sqlite.OperationalError as error:
        reason = error if source.exists() else f"there is none at {source}"
        raise BackupRefused(f"the database could not be copied: {reason}") from error


def schema_of(file: Path) -> str:
    """The revision of the tables in a copy.

    Raises:
        BackupRefused: it is no database of DesaMart.
    """
    try:
        with closing(_reading(file)) as database:
            return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite.DatabaseError, TypeError) as error:
        raise BackupRefused(f"{file.name} is no database of DesaMart ({error})") from error


def prove_whole(file: Path) -> None:
    """Look at every page and every reference of a copy.

    Raises:
        BackupRefused: something in it is broken; the first finding is named.
    """
    try:
        with closing(_reading(file)) as database:
            found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise BackupRefused(f"the database in this backup is broken: {found}")
            if lost := database.execute("PRAGMA foreign_key_check").fetchone():
                raise BackupRefused(
                    f"the database in this backup is broken: {lost[0]} {lost[1]} refers to nothing"
                )
    except sqlite.DatabaseError as error:
        raise BackupRefused(f"the database in this backup is broken: {error}") from error


def _reading(file: Path) -> sqlite.Connection:
    return sqlite.connect(f"file:{file}?mode=ro", uri=True)
