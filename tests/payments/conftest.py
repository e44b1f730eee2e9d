"""What the Stripe tests share: the stage, and the simulator behind a real server."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from tests.payments.stripe_stage import Stage, a_site


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A simulated world at NOON and the gateway before it."""
    return Stage(tmp_path / "stripe.sqlite")


@pytest.fixture
def site(stage: Stage) -> Iterator[Flask]:
    """The simulator behind a real server, with the shop's ear on the same one."""
    ear: list[str] = []
    site = a_site(stage, lambda: ear[0])
    server = make_server("127.0.0.1", 0, site, threaded=True)
    ear.append(f"http://127.0.0.1:{server.server_port}/webhook/stripe")
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser(site: Flask) -> FlaskClient:
    """Somebody at the simulator's pages."""
    return site.test_client()
