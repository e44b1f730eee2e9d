"""Decides how a PostgreSQL database is written out and read back: by its own tools, its password unseen."""

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from marketplace.operations.backup.archive import BackupRefused

_TABLES = """SELECT count(*) FROM information_schema.tables
WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'"""


def dump(url: str, target: Path) -> str:
    """Write one state of the database into a file; answers the revision of its tables.

    Raises:
        BackupRefused: `pg_dump` is missing or older than the server, or the database cannot be reached.
    """
    with _connected(url) as connection:
        _fits("pg_dump", connection)
        if not connection.execute("SELECT to_regclass('alembic_version')").fetchone()[0]:  # type: ignore[index]
            raise BackupRefused("the database has no tables of DesaMart yet")
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    target.touch(mode=0o600)
    # Its quickest packing: more of it would take the processors from those who order meanwhile.
    _run(
        "pg_dump", url, "--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--file={target}"
    )
    return str(row[0]) if row else ""


def load(file: Path, url: str) -> None:
    """Read a dump into an empty database: all of it, or nothing.

    Raises:
        BackupRefused: `pg_restore` is missing, too old for the dump, or cannot read it.
    """
    with _connected(url) as connection:
        _fits("pg_restore", connection)
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run("pg_restore", url, "--dbname=service=desamart", *options, str(file))


def is_empty(url: str) -> bool:
    """Whether the database has no table at all."""
    with _connected(url) as connection:
        row = connection.execute(_TABLES).fetchone()
        return row is not None and row[0] == 0


@contextmanager
def throwaway(url: str) -> Iterator[str]:
    """The address of a new database on the same server, for the block.

    Raises:
        BackupRefused: the user may not create databases.
    """
    name = f"desamart_periksa_{secrets.token_hex(6)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
    with _connected(url) as connection:
        try:
            connection.execute(create)
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupRefused(
                "the user of the database may not create another one to look at the backup in: "
                "let it (ALTER ROLE … CREATEDB), or restore into an empty database"
            ) from error
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(url) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(make_conninfo(**_parameters(url)), autocommit=True)
    except psycopg.OperationalError as error:
        raise BackupRefused(f"the database cannot be reached: {_last_line(str(error))}") from error
    with connection:
        yield connection


def _parameters(url: str) -> dict[str, str]:
    """What libpq is told, by its own names."""
    parts = make_url(url)
    names = {"username": "user", "database": "dbname"}
    named = {names.get(key, key): str(value) for key, value in parts.translate_connect_args().items()}
    return named | {
        key: value if isinstance(value, str) else ",".join(value) for key, value in parts.query.items()
    }


def _fits(program: str, connection: psycopg.Connection) -> None:
    """Refuse a tool that is not there, or that does not know this server."""
    server = connection.info.server_version // 10_000
    if not shutil.which(program):
        raise BackupRefused(f"{program} is missing: install PostgreSQL's client, version {server} or newer")
    said = _said([program, "--version"], None).stdout
    found = re.search(r"\b(\d+)(?:\.\d+|\w*)", said.partition(")")[2])
    if found and int(found[1]) < server:
        raise BackupRefused(
            f"{program} {found[1]} is older than the server ({server}): install PostgreSQL's client, "
            f"version {server} or newer"
        )


def _run(program: str, url: str, *options: str) -> None:
    """Run a tool. The address stands in a file that only we may read: arguments are seen by everybody."""
    with _service(url) as environment:
        done = _said([program, "--no-password", *options], environment)
    if done.returncode:
        raise BackupRefused(f"{program} failed: {_last_line(done.stderr)}")


def _said(command: list[str], environment: dict[str, str] | None) -> subprocess.CompletedProcess[str]:
    """What one of PostgreSQL's own tools says; nothing in the command comes from a visitor."""
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


@contextmanager
def _service(url: str) -> Iterator[dict[str, str]]:
    lines = [f"{key}={value}" for key, value in _parameters(url).items()]
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("\n".join(["[desamart]", *lines, ""]))
        file.flush()
        yield os.environ | {"PGSERVICEFILE": file.name, "PGSERVICE": "desamart"}


def _last_line(words: str) -> str:
    return (words.strip().splitlines() or ["no reason was given"])[-1]
