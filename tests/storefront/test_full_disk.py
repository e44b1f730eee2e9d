"""The disk is full: pages still open, writes are refused in words, and what was acknowledged is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select, text
from werkzeug.test import TestResponse

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.operations import proofs
from marketplace.orders.models import Order
from tests import cast
from tests.shopper import Shopper

# PostgreSQL's word for a full disk, said when the first rows of an order are written.
REFUSE = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON order_line EXECUTE FUNCTION no_room();
"""


@contextmanager
def full_disk(app: Flask) -> Iterator[None]:
    """Within the block the database has no room to grow."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text(REFUSE))
        yield
        with engine.begin() as connection:
            connection.execute(text("DROP FUNCTION no_room CASCADE"))
        return
    with engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}").close()

    event.listen(engine, "connect", limit)
    engine.dispose()
    yield
    event.remove(engine, "connect", limit)
    engine.dispose()


def order_until_refused(shopper: Shopper) -> tuple[int, TestResponse]:
    """Order piece after piece; how many orders were acknowledged, and the first answer that was none."""
    for acknowledged in range(45):
        for answer in (shopper.take(cast.CHIPS), shopper.checkout()):
            if answer.status_code != 303:
                return acknowledged, answer
    raise AssertionError("the disk was never full")


def test_on_a_full_disk_reads_go_on_and_writes_are_refused_in_words(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CRACKERS)
    with full_disk(app):
        acknowledged, answer = order_until_refused(shopper)
        assert answer.status_code == 503
        assert "istirahat sebentar" in answer.text and "Keranjang dan pesanan Anda tetap" in answer.text
        for page in ("/", "/produk", f"/produk/{cast.CHIPS}", "/keranjang", "/readyz"):
            assert shopper.get(page).status_code == 200, page
    assert shopper.order(cast.CHIPS).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count(Order.id))) == acknowledged + 1
        assert proofs.prove(at=now()).holds
