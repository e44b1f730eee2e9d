"""What the providers' tests share: a stage for each, and each simulator behind a real server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from tests.payments import midtrans_stage, stripe_stage
from tests.payments.stripe_stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A simulated Stripe at NOON and the gateway before it."""
    return Stage(tmp_path / "stripe.sqlite")


@pytest.fixture
def site(stage: Stage) -> Iterator[Flask]:
    """The simulated Stripe behind a real server, with the shop's ear on the same one."""
    with _standing(lambda ear: stripe_stage.a_site(stage, lambda: f"{ear[0]}/webhook/stripe")) as site:
        yield site


@pytest.fixture
def browser(site: Flask) -> FlaskClient:
    """Somebody at the simulated Stripe's pages."""
    return site.test_client()


@pytest.fixture
def midtrans(tmp_path: Path) -> midtrans_stage.Stage:
    """A simulated Midtrans at NOON and the adapter before it."""
    return midtrans_stage.Stage(tmp_path / "midtrans.sqlite")


@pytest.fixture
def midtrans_site(midtrans: midtrans_stage.Stage) -> Iterator[Flask]:
    """The simulated Midtrans behind a real server, with the shop's ear on the same one."""
    with _standing(lambda ear: midtrans_stage.a_site(midtrans, lambda: f"{ear[0]}/webhook/midtrans")) as site:
        yield site


@contextmanager
def _standing(make: Callable[[list[str]], Flask]) -> Iterator[Flask]:
    """A site behind a real server; where it stands is put into the list given to `make`."""
    address: list[str] = []
    site = make(address)
    server = make_server("127.0.0.1", 0, site, threaded=True)
    address.append(f"http://127.0.0.1:{server.server_port}")
    site.config["STANDS_AT"] = address[0]
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()
