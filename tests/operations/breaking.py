"""What a market depends on, each with a way to take it away from an application for a while."""

import resource
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import structlog
from flask import Flask
from sqlalchemy import delete, text

from marketplace import create_app
from marketplace.config import Config
from marketplace.extensions import db, limiter
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.payments.gateway import set_up
from marketplace.payments.midtrans_provider import MidtransGateway
from marketplace.payments.stripe_provider import StripeGateway
from marketplace.regions.models import RegionShape
from tests.databases import let_go
from tests.payments.stripe_stage import Stage

Break = Callable[[Flask], AbstractContextManager[Flask]]
# PostgreSQL's word for a full disk, said before any row of these is written.
FULL = """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$"""
WRITTEN = ("order_line", "seller_order_event", "outbox_delivery")


def nowhere() -> str:
    """An address of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def with_stripe(app: Flask) -> None:
    """Let card payments reach a simulated Stripe, in this process."""
    config: Config = app.extensions["desamart"]
    stage = Stage(config.data_dir / "simulasi.sqlite")
    stage.wire.at = now()
    set_up(app, stage.gateway)


@contextmanager
def nothing(app: Flask) -> Iterator[Flask]:
    """Everything is there."""
    yield app


@contextmanager
def no_stripe(app: Flask) -> Iterator[Flask]:
    """Stripe does not answer."""
    set_up(app, StripeGateway(secret_key="sk", webhook_secret="w", api_base=f"http://{nowhere()}"))
    yield app


@contextmanager
def no_midtrans(app: Flask) -> Iterator[Flask]:
    """Midtrans does not answer."""
    base = f"http://{nowhere()}"
    set_up(app, MidtransGateway(server_key="k", api_base=base, snap_base=base))
    yield app


@contextmanager
def no_mail_server(app: Flask) -> Iterator[Flask]:
    """The mail server does not answer."""
    app.extensions["desamart"] = replace(app.extensions["desamart"], smtp_url=f"smtp://{nowhere()}")
    yield app


@contextmanager
def no_index(app: Flask) -> Iterator[Flask]:
    """The folder of the text index is gone, and nobody makes it anew."""
    shutil.rmtree(app.extensions["desamart"].index_dir, ignore_errors=True)
    yield app


@contextmanager
def no_redis(app: Flask) -> Iterator[Flask]:
    """Requests are to be counted in a Redis that does not answer."""
    before = dict(vars(limiter))
    other = create_app(replace(app.extensions["desamart"], redis_url=f"redis://{nowhere()}/0"))
    with_stripe(other)
    try:
        yield other
    finally:
        let_go(other)
        vars(limiter).clear()
        vars(limiter).update(before)


@contextmanager
def no_room(app: Flask) -> Iterator[Flask]:
    """Nothing can be written any more: no file grows, no row is added."""
    with app.app_context():
        sqlite, allowed = db.engine.dialect.name == "sqlite", resource.getrlimit(resource.RLIMIT_FSIZE)
        if not sqlite:
            _say(
                FULL,
                *(f"CREATE TRIGGER no_room BEFORE INSERT ON {t} EXECUTE FUNCTION no_room()" for t in WRITTEN),
            )
    # What the application says would itself find no room.
    spoken = structlog.get_config()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    try:
        if sqlite:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1, allowed[1]))
        yield app
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)
        structlog.configure(**spoken)
        if not sqlite:
            with app.app_context():
                _say("DROP FUNCTION no_room CASCADE")


def _say(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@contextmanager
def no_photos(app: Flask) -> Iterator[Flask]:
    """The folder of the photos cannot be read or written."""
    folder = app.extensions["desamart"].media_dir
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_bytes(b"")
    yield app


@contextmanager
def no_boundaries(app: Flask) -> Iterator[Flask]:
    """No outlines of regions have been loaded."""
    with app.app_context(), transaction() as session:
        session.execute(delete(RegionShape))
    yield app


BREAKS: dict[str, Break] = {
    "nothing": nothing,
    "stripe": no_stripe,
    "midtrans": no_midtrans,
    "mail": no_mail_server,
    "index": no_index,
    "redis": no_redis,
    "disk": no_room,
    "worker": nothing,
    "photos": no_photos,
    "boundaries": no_boundaries,
}
