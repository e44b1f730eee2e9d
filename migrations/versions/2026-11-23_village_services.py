"""Services of the village counter, never mixed with sales. Triggers guard that what was noted stays."""

import sqlalchemy as sa
from alembic import op

revision = "20261123t3"
down_revision = "20261123t2"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUARDS = {"service_entry_no_update": "UPDATE", "service_entry_no_delete": "DELETE"}


def upgrade():
    op.create_table(
        "service_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("count", "amount", "fee")),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("replaces_id", KEY, nullable=True),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('samdes','lakupandai','ppob')", name=op.f("ck_service_entry_kind")),
        sa.CheckConstraint("amount >= 0 AND fee >= 0 AND count >= 0", name=op.f("ck_service_entry_numbers")),
        sa.CheckConstraint("count > 0 OR replaces_id IS NOT NULL", name=op.f("ck_service_entry_count")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_service_entry_village_code_region")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["service_entry.id"], name=op.f("fk_service_entry_replaces_id_service_entry")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_service_entry_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_entry")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_service_entry_replaces_id")),
    )
    op.create_index("ix_service_entry_day", "service_entry", ["village_code", "day"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, change in GUARDS.items():
        refuse = (
            "BEGIN SELECT RAISE(ABORT, 'service_entry is append-only'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON service_entry {refuse}")


def downgrade():
    op.drop_table("service_entry")
