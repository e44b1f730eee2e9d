"""What looks wrong about the figures, and what was said of it.

Triggers guard that a finding and what was said of it stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123t7"
down_revision = "20261123t6"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
GUARDS = {
    f"{table}_no_{change.lower()}": (table, change)
    for table in ("finding", "finding_settlement")
    for change in ("UPDATE", "DELETE")
}


def upgrade():
    op.create_table(
        "finding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("shop_id", KEY, nullable=True),
        sa.Column("seller_order_id", KEY, nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_finding_village_code_region")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_finding_shop_id_shop")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_finding_seller_order_id_seller_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_finding_kind_subject")),
    )
    op.create_index(op.f("ix_finding_village_code"), "finding", ["village_code"])
    op.create_table(
        "finding_settlement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("finding_id", KEY, nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('fine','mended','excluded','gone')", name=op.f("ck_finding_settlement_outcome")
        ),
        sa.CheckConstraint("(outcome = 'gone') = (by_id IS NULL)", name=op.f("ck_finding_settlement_by")),
        sa.CheckConstraint("outcome = 'gone' OR note <> ''", name=op.f("ck_finding_settlement_note")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_settlement_finding_id_finding")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_finding_settlement_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_settlement")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_finding_settlement_finding_id")),
    )
    op.create_table(
        "quality_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_quality_day")),
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
    for table in ("quality_day", "finding_settlement", "finding"):
        op.drop_table(table)
