"""Where a second market is put beside the one of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask

from marketplace import create_app
from marketplace.config import Config
from marketplace.operations.backup import postgres_dump, restoring
from tests.databases import let_go


@contextmanager
def empty_place(config: Config, folder: Path) -> Iterator[Config]:
    """Settings of an empty place for a second market; on PostgreSQL a database of its own."""
    there = restoring.moved(config, folder)
    if config.sqlite:
        yield there
        return
    with postgres_dump.throwaway(config.database_url) as url:
        yield replace(there, database_url=url)


@contextmanager
def opened(config: Config) -> Iterator[Flask]:
    """An application on these data, within its context."""
    app = create_app(config)
    try:
        with app.app_context():
            yield app
    finally:
        let_go(app)
