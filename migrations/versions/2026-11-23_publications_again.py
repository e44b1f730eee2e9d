"""What the public reads of a released period is kept; a revision is proposed by one and decided by another."""

import sqlalchemy as sa
from alembic import op

revision = "20261123u4"
down_revision = "20261123u3"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("released_figures", "revision_proposal")
GUARDS = {
    f"{table}_no_{change.lower()}": (table, change)
    for table in APPEND_ONLY
    for change in ("UPDATE", "DELETE")
}


def upgrade():
    op.create_table(
        "released_figures",
        sa.Column("period_key", sa.String(length=7), nullable=False),
        sa.Column("region_code", sa.String(length=13), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("period_key", "region_code", name=op.f("pk_released_figures")),
    )
    op.create_table(
        "revision_proposal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("region_code", sa.String(length=13), nullable=False),
        sa.Column("period_key", sa.String(length=7), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'declined')", name=op.f("ck_revision_proposal_state")),
        sa.CheckConstraint("note <> ''", name=op.f("ck_revision_proposal_note")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_revision_proposal_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_proposal")),
        sa.UniqueConstraint(
            "region_code",
            "period_key",
            "number",
            name=op.f("uq_revision_proposal_region_code_period_key_number"),
        ),
    )
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
