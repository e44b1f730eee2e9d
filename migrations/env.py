"""Runs migrations on the application's own engine, inside its application context."""

from alembic import context
from flask import current_app

from marketplace.kit.columns import Base

db = current_app.extensions["migrate"].db


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=lambda _object, name, kind, _reflected, _other: (
                not (kind == "table" and name.startswith("sqlite_"))
            ),
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
