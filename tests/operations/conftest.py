"""`lived` and `kept`: an application on a copy of a market that has seen every fate an order can have."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

from marketplace import create_app
from marketplace.config import Config
from tests.databases import Databases, PostgresDatabases, let_go
from tests.operations import history
from tests.operations.history import History


class Lived(NamedTuple):
    """The application, and the orders of its past."""

    app: Flask
    config: Config
    past: History


@pytest.fixture(scope="session")
def past(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Databases, History]]:
    """The history, made once, as a template to copy from."""
    with databases.fresh(tmp_path_factory.mktemp("past") / "data") as config:
        app = create_app(config)
        try:
            with app.app_context():
                happened = history.live(config.data_dir)
        finally:
            let_go(app)
        copies = copy.copy(databases)
        copies.template = config.data_dir
        if isinstance(copies, PostgresDatabases):
            copies.name = config.database_url.partition("?")[0].rpartition("/")[2]
        yield copies, happened


@pytest.fixture
def lived(past: tuple[Databases, History], tmp_path: Path) -> Iterator[Lived]:
    """A market with a past, for one test alone."""
    with _copy_of(past, tmp_path / "lived") as copied:
        yield copied


@pytest.fixture(scope="session")
def kept(past: tuple[Databases, History], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """A market with a past, for all tests that undo what they do to it."""
    with _copy_of(past, tmp_path_factory.mktemp("kept") / "data") as copied:
        yield copied


@contextmanager
def _copy_of(past: tuple[Databases, History], folder: Path) -> Iterator[Lived]:
    copies, happened = past
    with copies.fresh(folder) as config:
        app = create_app(config)
        try:
            with app.app_context():
                yield Lived(app, config, happened)
        finally:
            let_go(app)
