"""What a checkout asks the database does not grow with the basket."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from marketplace.extensions import db
from tests import cast
from tests.shopper import Shopper


@contextmanager
def listening(app: Flask) -> Iterator[list[str]]:
    """The statements that the database is asked within the block."""
    with app.app_context():
        engine = db.engine
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        heard.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)


def reads(app: Flask, *slugs: str) -> list[str]:
    """The SELECTs of a checkout with one piece of each of these goods, and of the page it begins from."""
    shopper = Shopper(app.test_client())
    for slug in slugs:
        shopper.take(slug)
    with listening(app) as heard:
        assert shopper.checkout().status_code == 303
    return [statement.partition("WHERE")[0] for statement in heard if statement.startswith("SELECT")]


def test_a_checkout_reads_as_often_for_many_goods_as_for_one(app: Flask) -> None:
    # The first one also learns what stays known to the process.
    reads(app, cast.CHIPS)
    assert reads(app, cast.CHIPS, cast.CRACKERS) == reads(app, cast.CHIPS)
