"""What is not a sale comes by form or file, dated, with its source; days leave a snapshot.

Triggers guard that what was entered stays: a correction is a new row.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123t2"
down_revision = "20261123t1"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("dated_input", "village_snapshot")
GUARDS = {
    f"{table}_no_{change.lower()}": (table, change)
    for table in APPEND_ONLY
    for change in ("UPDATE", "DELETE")
}


def upgrade():
    op.create_table(
        "input_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("added", "changed", "unchanged")),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("lines", "problems", "ignored")),
        sa.CheckConstraint("state IN ('checked','taken','over')", name=op.f("ck_input_file_state")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_input_file_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_input_file")),
    )
    op.create_index(op.f("ix_input_file_by_id"), "input_file", ["by_id"])
    op.create_table(
        "dated_input",
        sa.Column("id", KEY, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("word", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("replaces_id", KEY, nullable=True),
        sa.Column("file_id", KEY, nullable=True),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_dated_input_source")),
        sa.CheckConstraint(
            "number IS NOT NULL OR word <> '' OR replaces_id IS NOT NULL", name=op.f("ck_dated_input_value")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_dated_input_village_code_region")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["dated_input.id"], name=op.f("fk_dated_input_replaces_id_dated_input")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["input_file.id"], name=op.f("fk_dated_input_file_id_input_file")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_dated_input_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_input")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_dated_input_replaces_id")),
    )
    op.create_index("ix_dated_input_kind", "dated_input", ["kind", "village_code", "as_of"])
    op.create_index("ix_dated_input_village", "dated_input", ["village_code", "kind"])
    op.create_table(
        "village_snapshot",
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("verified", "micro", "active_products", "fresh_products")
        ),
        sa.Column("outlet_active", sa.Boolean(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_village_snapshot_village_code_region")
        ),
        sa.PrimaryKeyConstraint("village_code", "day", name=op.f("pk_village_snapshot")),
    )
    op.create_index(op.f("ix_village_snapshot_day"), "village_snapshot", ["day"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (table, change) in GUARDS.items():
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} {refuse}")


def downgrade():
    for table in ("village_snapshot", "dated_input", "input_file"):
        op.drop_table(table)
