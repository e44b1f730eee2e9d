"""Figures are handed in, approved and locked, with every revision; what is public is decided once.

Triggers guard that no step, no snapshot and no release is ever changed or taken away.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123t5"
down_revision = "20261123t4"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("figure_release", "figure_snapshot", "publication_step")
GUARDS = {
    f"{table}_no_{change.lower()}": (table, change)
    for table in APPEND_ONLY
    for change in ("UPDATE", "DELETE")
}


def upgrade():
    op.create_table(
        "figure_release",
        sa.Column("period_key", sa.String(length=7), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("period_key", name=op.f("pk_figure_release")),
    )
    op.create_table(
        "figure_snapshot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("region_code", sa.String(length=13), nullable=False),
        sa.Column("period_key", sa.String(length=7), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(content_hash) = 64", name=op.f("ck_figure_snapshot_content_hash")),
        sa.CheckConstraint("revision = 1 OR reason <> ''", name=op.f("ck_figure_snapshot_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_snapshot")),
        sa.UniqueConstraint(
            "region_code",
            "period_key",
            "revision",
            name=op.f("uq_figure_snapshot_region_code_period_key_revision"),
        ),
    )
    op.create_table(
        "publication_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("region_code", sa.String(length=13), nullable=False),
        sa.Column("period_key", sa.String(length=7), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("snapshot_id", KEY, nullable=True),
        sa.Column("by", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('submitted', 'returned', 'approved', 'locked')", name=op.f("ck_publication_step_state")
        ),
        sa.CheckConstraint("state <> 'returned' OR note <> ''", name=op.f("ck_publication_step_note")),
        sa.CheckConstraint(
            "(state = 'locked') = (snapshot_id IS NOT NULL)", name=op.f("ck_publication_step_snapshot")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["figure_snapshot.id"],
            name=op.f("fk_publication_step_snapshot_id_figure_snapshot"),
        ),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_publication_step_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_step")),
        sa.UniqueConstraint(
            "region_code",
            "period_key",
            "number",
            name=op.f("uq_publication_step_region_code_period_key_number"),
        ),
    )
    op.create_index(op.f("ix_publication_step_period_key"), "publication_step", ["period_key"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (table, change) in GUARDS.items():
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} {refuse}")


def downgrade():
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
