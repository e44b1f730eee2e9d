"""Journeys meet a busy server: four web processes and the worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.config import Config
from tests.served import Served

WEB_PROCESSES = 4


@pytest.fixture
def served(config: Config, tmp_path: Path) -> Iterator[Served]:
    """The real server on a fresh database."""
    with Served(config, tmp_path / "server.log", workers=WEB_PROCESSES) as server:
        yield server
