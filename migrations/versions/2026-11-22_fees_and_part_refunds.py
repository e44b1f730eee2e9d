"""Fees are shared by dated rules, and refunds go down to the line.

What is sold keeps the fees of its moment: sales before this migration gave nothing to the village, and their delivery
fee to the shop. Rules are only added; who gets a delivery fee stays once it is booked.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122c"
down_revision = "20261122m"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Trigger: when it fires.
GUARDS = {
    "fee_rule_no_update": "UPDATE",
    "fee_rule_no_delete": "DELETE",
    "seller_order_fees_frozen": "UPDATE OF village_fee",
    "seller_order_delivery_frozen": "UPDATE OF delivery_receiver",
}
CONDITIONS = {
    "seller_order_delivery_frozen": "OLD.status = 'completed' AND OLD.delivery_receiver <> NEW.delivery_receiver"
}


def upgrade():
    _fee_rules()
    number = {"nullable": False, "server_default": "0"}
    op.add_column("order_line", sa.Column("village_fee_bp", sa.BigInteger(), **number))
    op.add_column("order_line", sa.Column("village_fee", sa.BigInteger(), **number))
    op.add_column("seller_order", sa.Column("village_fee", sa.BigInteger(), **number))
    op.add_column(
        "seller_order",
        sa.Column("delivery_receiver", sa.String(length=8), nullable=False, server_default="shop"),
    )
    for name, change in GUARDS.items():
        guard(name, change, name.partition("_no_")[0] if "_no_" in name else "seller_order")


def _fee_rules():
    op.create_table(
        "fee_rule",
        sa.Column("id", KEY, nullable=False),
        sa.Column("receiver", sa.String(length=8), nullable=False),
        sa.Column("scope", sa.String(length=13), nullable=False),
        sa.Column("bp", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("receiver IN ('platform','village')", name=op.f("ck_fee_rule_receiver")),
        sa.CheckConstraint("receiver = 'village' OR scope = ''", name=op.f("ck_fee_rule_scope")),
        sa.CheckConstraint("bp BETWEEN 0 AND 3000", name=op.f("ck_fee_rule_bp")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_fee_rule_created_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_rule")),
        sa.UniqueConstraint(
            "receiver", "scope", "valid_from", name=op.f("uq_fee_rule_receiver_scope_valid_from")
        ),
    )


def guard(name, change, table):
    when = f"WHEN ({CONDITIONS[name]}) " if name in CONDITIONS else ""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW {when}"
            "EXECUTE FUNCTION refuse_change()"
        )


def downgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("seller_order_fees_frozen", "seller_order_delivery_frozen"):
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else " ON seller_order"))
    for table, column in (
        ("seller_order", "delivery_receiver"),
        ("seller_order", "village_fee"),
        ("order_line", "village_fee"),
        ("order_line", "village_fee_bp"),
    ):
        op.drop_column(table, column)
    op.drop_table("fee_rule")
