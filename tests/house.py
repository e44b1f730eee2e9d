"""Decides how one application serves many tests: made once, put back as it was before each.

Making the application, compiling its pages and its statements costs ten times what a test asks of it. All
tests of a session find their fresh database at the same address, so one application fits them all.
"""

from copy import copy
from typing import Any

from flask import Flask

from marketplace import create_app
from marketplace.catalog import public
from marketplace.config import Config
from marketplace.extensions import limiter
from marketplace.search import engine, indexing


class House:
    """The application of a session of tests, and how it was when it was new."""

    def __init__(self) -> None:
        self._made: tuple[Config, Flask, dict[str, Any], dict[str, Any]] | None = None

    def app(self, config: Config) -> Flask:
        """The application for these settings, as good as new: nothing is left of what a test changed."""
        if self._made is None or self._made[0] != config:
            made = create_app(config)
            self._made = (config, made, _copied(made.extensions), dict(made.config))
        _config, app, extensions, settings = self._made
        _put_back(app.extensions, _copied(extensions))
        _put_back(app.config, settings)
        app.testing = True
        _forget()
        return app


def _copied(extensions: dict[str, Any]) -> dict[str, Any]:
    """Tables of providers and the like are copied; what the extensions themselves are is kept."""
    return {name: copy(each) if type(each) is dict else each for name, each in extensions.items()}


def _put_back(table: dict[str, Any], earlier: dict[str, Any]) -> None:
    table.clear()
    table.update(earlier)


def _forget() -> None:
    """What a process keeps in its memory about a database that is gone."""
    limiter.reset()
    public._tree.clear()
    engine.forget()
    indexing._checked.clear()
