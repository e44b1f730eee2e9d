"""Decides what a test finds in its database: a fresh copy of one prepared template, on the engine under test.

The template is made once per session: all migrations, then the small village world of `tests.seed`. A copy
costs a few milliseconds (SQLite: the folder is copied) or some tens of them (PostgreSQL: `CREATE DATABASE …
TEMPLATE`). `DESAMART_TEST_ENGINE` chooses the engine: `sqlite` (default) or `postgresql`.
"""

import os
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from marketplace import create_app
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit import transaction
from tests.postgres import Cluster

ENGINE = "DESAMART_TEST_ENGINE"
ENGINES = ("sqlite", "postgresql")
SECRET = "a secret that protects nothing but tests"


def engine_under_test() -> str:
    """The name of the engine this process tests.

    Raises:
        ValueError: the environment names none of `ENGINES`.
    """
    name = os.environ.get(ENGINE, "sqlite")
    if name not in ENGINES:
        raise ValueError(f"{ENGINE} must be one of {', '.join(ENGINES)}, not {name!r}")
    return name


class Databases(ABC):
    """Fresh databases, each with the data folder (photos, index, simulated world) that belongs to it."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template"
        self.template.mkdir(parents=True)

    def build(self) -> None:
        """Make the template that later copies come from."""
        # Loaded here, so that a session without a database does not wait for all of the application.
        from marketplace.operations.setup import upgrade
        from tests.seed import seed

        app = create_app(self.config(self._make_template(), self.template))
        try:
            upgrade(app)
            seed(app)
        finally:
            let_go(app)

    @contextmanager
    def fresh(self, data_dir: Path, name: str = "") -> Iterator[Config]:
        """Settings of an own copy of the template; its data folder is made at `data_dir`.

        A copy with a name has the address of the one before it with that name, and takes its place.
        """
        shutil.rmtree(data_dir, ignore_errors=True)
        shutil.copytree(self.template, data_dir)
        address = self._copy(data_dir, name)
        try:
            yield self.config(address, data_dir)
        finally:
            self._discard(address)

    @staticmethod
    def config(address: str, data_dir: Path) -> Config:
        """Settings for the database at `address`."""
        return Config(database_url=address, data_dir=data_dir, secret_key=SECRET).completed()

    def told(self, address: str) -> list[str]:
        """What the server has written to its log about the database at `address`; a file has no server."""
        return []

    @abstractmethod
    def _make_template(self) -> str: ...

    @abstractmethod
    def _copy(self, data_dir: Path, name: str = "") -> str: ...

    @abstractmethod
    def _discard(self, address: str) -> None: ...


class SqliteDatabases(Databases):
    """The database is a file in the data folder, so a copy of the folder is a copy of the database."""

    def _make_template(self) -> str:
        return self._copy(self.template)

    def _copy(self, data_dir: Path, name: str = "") -> str:
        return f"sqlite:///{data_dir / 'desamart.sqlite'}"

    def _discard(self, address: str) -> None:
        """The folder is temporary: pytest removes it, or keeps it when the test failed."""


class PostgresDatabases(Databases):
    """Databases on one server; their names carry a random part, because processes share the server."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        super().__init__(folder)
        self.cluster = cluster
        self.name = f"desamart_test_{secrets.token_hex(4)}"
        self.copies = 0

    def _make_template(self) -> str:
        return self.cluster.create(self.name)

    def _copy(self, data_dir: Path, name: str = "") -> str:
        self.copies += 1
        return self.cluster.create(f"{self.name}_{name or self.copies}", template=self.name)

    def _discard(self, address: str) -> None:
        self.cluster.drop(address.partition("?")[0].rpartition("/")[2])

    def told(self, address: str) -> list[str]:
        """What the server has written to its log about the database at `address`."""
        return self.cluster.told(address)

    def close(self) -> None:
        """Remove the template, for a server that outlives the session."""
        self.cluster.drop(self.name)


@contextmanager
def prepared(engine: str, folder: Path) -> Iterator[Databases]:
    """The built databases of `engine`, for one session of tests."""
    if engine == "sqlite":
        databases = SqliteDatabases(folder)
        databases.build()
        yield databases
        return
    with Cluster() as cluster:
        copies = PostgresDatabases(folder, cluster)
        try:
            copies.build()
            yield copies
        finally:
            copies.close()


def let_go(app: Flask) -> None:
    """Close the connections of an application that is not needed any more, and its writers' file."""
    with app.app_context():
        db.session.remove()
        engine = db.engine
        engine.dispose()
    turn = transaction._turns.pop(str(engine.url.database), None)
    if turn and turn.descriptor >= 0:
        os.close(turn.descriptor)
