"""Decides which PostgreSQL server the tests use: a throwaway one of their own, or the one they are given.

The throwaway server lives in a temporary folder, listens on a socket in that folder only, and gives up
durability for speed, unless it is asked to be durable: then it lives on the disk and syncs every commit. It
ends with the process that started it, however that ends. `DESAMART_TEST_POSTGRES` (a `postgresql://`
address of a database whose user may create others) names a server to use instead of the hasty one.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.scratch import scratch_folder

GIVEN = "DESAMART_TEST_POSTGRES"
READY_WITHIN = 60.0
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "log_min_messages": "warning",
    # Each line names its database, so that a test reads what concerns its own.
    "log_line_prefix": "%m [%p] %d: ",
}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Missing(Exception):
    """The machine lacks what the tests need; the message says what and how to get it."""


def programs() -> Path:
    """The folder of `initdb` and `postgres`.

    Raises:
        Missing: the server is not installed.
    """
    found = []
    if shutil.which("pg_config"):
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        found.append(Path(asked.stdout.strip()))
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Missing("PostgreSQL's server is not installed: apt-get install postgresql")


class Cluster:
    """A PostgreSQL server to create databases on. `url` is the address of its maintenance database.

    `durable` asks for a server of its own on the disk that loses nothing it has committed.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self.url = "" if durable else os.environ.get(GIVEN, "")
        self._folder: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None
        if not self.url:
            self._start()

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The throwaway server's process."""
        assert self._server is not None
        return self._server.pid

    def create(self, name: str, template: str | None = None) -> str:
        """Create a database, empty or as a copy of `template`; its address for SQLAlchemy.

        Nobody may be connected to the template meanwhile.
        """
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        self._execute(statement)
        return self.address(name)

    def drop(self, name: str) -> None:
        """Remove a database, also from under a connection that was left open."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def address(self, name: str) -> str:
        """The SQLAlchemy address of the database `name` on this server."""
        parts = urlsplit(self.url)
        return urlunsplit(("postgresql+psycopg", parts.netloc, f"/{name}", parts.query, ""))

    def told(self, address: str) -> list[str]:
        """What a throwaway server (maybe of another process) has written about the database at `address`."""
        hosts = parse_qs(urlsplit(self.url).query).get("host", [])
        name = address.partition("?")[0].rpartition("/")[2]
        logs = [Path(host) / "log" for host in hosts]
        lines = [
            line for log in logs if log.exists() for line in log.read_text(errors="replace").splitlines()
        ]
        return [line for line in lines if f" {name}: " in line]

    def restart(self, *, after: float) -> None:
        """Let the throwaway server fall over, and start it again so many seconds later; its data stay."""
        assert self._folder is not None
        self._end()
        time.sleep(after)
        self._run(self._folder, _identity())

    def stop(self) -> None:
        """End the throwaway server and remove its folder; a server that was given stays."""
        self._end()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._server = self._folder = None

    def _end(self) -> None:
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(timeout=READY_WITHIN)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def _start(self) -> None:
        folder = self._folder = scratch_folder("desamart-pg-", durable=self.durable)
        atexit.register(self.stop)
        identity = _identity()
        if identity:
            shutil.chown(folder, identity["user"], identity["group"])
        _initialise(folder / "data", identity)
        self._run(folder, identity)

    def _run(self, folder: Path, identity: dict[str, Any]) -> None:
        settings = SETTINGS | (DURABLE if self.durable else HASTY)
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                # The kernel ends the server with the process that started it, even when that is killed.
                [
                    "setpriv",
                    "--pdeathsig",
                    "QUIT",
                    programs() / "postgres",
                    "-D",
                    folder / "data",
                    "-k",
                    folder,
                    *options,
                ],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **identity,
            )
        self.url = f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}"
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        assert self._server is not None and self._folder is not None
        deadline = time.monotonic() + READY_WITHIN
        while True:
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError as error:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    log = (self._folder / "log").read_text(errors="replace")
                    raise Missing(f"PostgreSQL did not start: {error}\n{log}") from error
            time.sleep(0.02)


def _initialise(data: Path, identity: dict[str, Any]) -> None:
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    command: list[str | Path] = [programs() / "initdb", "-D", data, *options]
    done = subprocess.run(command, cwd=data.parent, capture_output=True, text=True, check=False, **identity)
    if done.returncode:
        raise Missing(f"initdb failed:\n{done.stdout}{done.stderr}")


def _identity() -> dict[str, Any]:
    """The account the server runs under, where it cannot be ours: PostgreSQL refuses root."""
    if os.getuid():
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError as error:
        raise Missing(
            "PostgreSQL refuses to run as root, and there is no account `postgres` for it"
        ) from error
    return {"user": account.pw_name, "group": account.pw_gid, "extra_groups": []}
