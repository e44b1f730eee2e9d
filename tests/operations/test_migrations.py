"""The migrations make the tables that the code means, with all their guards."""

from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import text

from marketplace.extensions import db
from marketplace.kit.columns import Base
from marketplace.operations.setup import MIGRATIONS
from scripts.new_migration import import_models

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def test_the_migrated_tables_are_those_of_the_models(app: Flask) -> None:
    import_models()
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_no_migration_has_dropped_a_guard(app: Flask) -> None:
    with app.app_context():
        found = set(db.session.scalars(text(TRIGGERS[db.engine.dialect.name])))
    guards = _migration("2026-11-22_guards.py")
    wanted = {f"{table}_no_{change.lower()}" for table, some in guards.APPEND_ONLY.items() for change in some}
    wanted |= {f"{table}_frozen" for table in guards.FROZEN} | {"seller_order_step"}
    # Later migrations name theirs in GUARDS.
    for path in (MIGRATIONS / "versions").glob("*.py"):
        wanted |= set(getattr(_migration(path.name), "GUARDS", ()))
    assert "money_account_frozen" in wanted
    assert wanted <= found


def _migration(name: str) -> ModuleType:
    spec = spec_from_file_location("guards", MIGRATIONS / "versions" / name)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
