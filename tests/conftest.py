"""What every test may ask for: an application on a fresh copy of the prepared database, and its client.

The database is new for each test and `app` as good as new, so nothing a test does reaches another. Rows are
read and written through `marketplace.extensions.db` inside `with app.app_context():`. `served` is the real
server, as processes of its own.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.config import Config
from tests.databases import Databases, engine_under_test, let_go, prepared
from tests.house import House
from tests.served import Served

PARTS = ("all", "common", "engine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--part`: the suite runs once per engine, and what needs no database runs once in all."""
    parser.addoption(
        "--part", choices=PARTS, default="all", help="only tests with (engine) or without a database"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the part asked for; the others are another group's work, not skipped ones."""
    part = config.getoption("part")
    if part == "all":
        return
    kept = [item for item in items if _needs_database(item) == (part == "engine")]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _needs_database(item: pytest.Item) -> bool:
    return "engine_name" in getattr(item, "fixturenames", ())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure of a test with a server shows what the server wrote."""
    report = yield
    server = getattr(item, "funcargs", {}).get("served")
    if report.failed and isinstance(server, Served):
        report.sections.append(("log of the server", server.log_tail()))
    return report


@pytest.fixture(scope="session")
def engine_name() -> str:
    """`sqlite` or `postgresql`."""
    return engine_under_test()


@pytest.fixture(scope="session")
def databases(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Fresh databases of the engine under test."""
    with prepared(engine_name, tmp_path_factory.mktemp("databases")) as ready:
        yield ready


@pytest.fixture(scope="session")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the data folder of the running test is."""
    return tmp_path_factory.mktemp("seat") / "data"


@pytest.fixture(scope="session")
def house() -> House:
    """The one application of this session."""
    return House()


@pytest.fixture
def config(databases: Databases, seat: Path) -> Iterator[Config]:
    """Settings of a fresh database and data folder; the same settings for every test."""
    with databases.fresh(seat, "seat") as settings:
        yield settings


@pytest.fixture
def app(config: Config, house: House) -> Iterator[Flask]:
    """The application, on a fresh database."""
    made = house.app(config)
    try:
        yield made
    finally:
        let_go(made)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript or CSS: keeps cookies, follows nothing by itself."""
    return app.test_client()


@pytest.fixture
def served(config: Config, tmp_path: Path) -> Iterator[Served]:
    """The real server on a fresh database: two web processes and the worker."""
    with Served(config, tmp_path / "server.log") as server:
        yield server
