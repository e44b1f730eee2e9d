"""A market of the first tables becomes one of today: nothing is lost, and every proof of today holds.

`first_release.json` holds the rows of a short history as the program of that time wrote them, at revision
20261122b: all ends an order could have, payments in time and too late, stock, the ledger, the outbox.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import Migrate
from flask_migrate import upgrade as migrate_upgrade
from sqlalchemy import Boolean, Column, Connection, Date, DateTime, MetaData, Table, func, select, text

from marketplace import create_app
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.indicators.models import SaleFact
from marketplace.kit.clock import now
from marketplace.kit.columns import Base
from marketplace.operations.backup import restoring, taking
from marketplace.operations.models import DueRebuild
from marketplace.operations.setup import MIGRATIONS
from marketplace.orders.models import Order, SellerOrder
from tests.operations.places import empty_place, opened

FIRST = "20261122b"
ROWS = json.loads(Path(__file__).with_name("first_release.json").read_text(encoding="utf-8"))


@pytest.fixture
def old(config: Config, tmp_path: Path) -> Iterator[Config]:
    """Settings of a market as it was at the first revision."""
    with empty_place(config, tmp_path / "old") as there:
        there.data_dir.mkdir()
        with opened(there) as app:
            Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, metadata=Base.metadata)
            migrate_upgrade(directory=str(MIGRATIONS), revision=FIRST)
            with db.engine.begin() as connection:
                _fill(connection)
        yield there


def _fill(connection: Connection) -> None:
    tables = MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        held = ROWS.get(table.name)
        if held and table.name != "alembic_version":
            columns = [table.c[name] for name in held["columns"]]
            rows = [
                {column.name: _typed(column, value) for column, value in zip(columns, row, strict=True)}
                for row in held["rows"]
            ]
            connection.execute(table.insert(), rows)
            _go_on_counting(connection, table)


def _typed(column: Column[Any], value: Any) -> Any:
    """A value as its column takes it: the file knows words and numbers only."""
    kind = column.type
    if value is None:
        return None
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value + "+00:00")
        return moment if kind.timezone else moment.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Boolean):
        return bool(value)
    return json.loads(value) if column.name == "payload" else value


def _go_on_counting(connection: Connection, table: Table) -> None:
    if connection.dialect.name == "postgresql" and "id" in table.c:
        highest = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
        connection.execute(text(highest))


def test_a_market_of_the_first_tables_is_brought_up_with_its_facts_and_every_proof_holds(
    old: Config, config: Config, tmp_path: Path
) -> None:
    taking.take(tmp_path / "old.tar", old, at=now())
    with empty_place(config, tmp_path / "new") as there:
        back = restoring.restore(tmp_path / "old.tar", there, create_app, at=now())
        assert back.manifest.schema == FIRST
        assert back.result.holds, back.result.as_text()
        with opened(there):
            numbers = set(db.session.scalars(select(Order.number)))
            assert numbers == {row[1] for row in ROWS["customer_order"]["rows"]}
            states = dict(row for row in db.session.execute(select(SellerOrder.number, SellerOrder.status)))
            assert states == {row[3]: row[6] for row in ROWS["seller_order"]["rows"]}
            facts = db.session.scalars(select(SaleFact)).all()
            assert len(facts) == len(ROWS["sale_fact"]["rows"])
            assert all(fact.section for fact in facts), "circumstances were frozen, late"
            assert db.session.scalar(select(func.count()).select_from(DueRebuild)) == 0
