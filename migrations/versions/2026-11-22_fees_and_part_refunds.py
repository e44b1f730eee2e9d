"""Fees are shared by dated rules, and refunds go down to the line.

What is sold keeps the fees of its moment: sales before this migration gave nothing to the village, and their delivery
fee to the shop. Rules are only added; who gets a delivery fee stays once it is booked. Refunds until now gave back
whole seller orders through a provider, or late payments that had paid for nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122c"
down_revision = "20261122m"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHAT_A_REFUND_IS = (
    "split_id, amount, reason, key, owed_at, goods, delivery, fee, village_fee, after_sale, on_payable, "
    "on_village_payable, words, actor"
)
TEXTS = {
    "words": 500, "actor": 40, "bank": 40, "account_number": 34, "holder": 80, "note": 300, "done_by": 40,
}  # fmt: skip
SO_FAR = "goods_back, delivery_back, fee_back, village_fee_back"
# Trigger: when it fires. Those of refunds are made again, after their table is rebuilt.
GUARDS = {
    "refund_frozen": f"UPDATE OF {WHAT_A_REFUND_IS}",
    "refund_no_delete": "DELETE",
    "refund_step": "UPDATE OF status",
    "refund_way": "UPDATE OF way",
    "refund_line_no_update": "UPDATE",
    "refund_line_no_delete": "DELETE",
    "seller_order_back_frozen": f"UPDATE OF {SO_FAR}",
    "fee_rule_no_update": "UPDATE",
    "fee_rule_no_delete": "DELETE",
    "seller_order_fees_frozen": "UPDATE OF village_fee",
    "seller_order_delivery_frozen": "UPDATE OF delivery_receiver",
}
CONDITIONS = {
    "refund_step": "OLD.status <> NEW.status AND NOT (OLD.status IN ('due', 'failed') AND NEW.status = 'requested' "
    "AND NEW.way = 'provider' OR OLD.status = 'requested' AND NEW.status IN ('succeeded', 'failed') "
    "OR OLD.status IN ('due', 'failed') AND NEW.status = 'succeeded' AND NEW.way <> 'provider')",
    "refund_way": "OLD.way <> NEW.way AND NOT (OLD.way = 'provider' AND NEW.way = 'bank' "
    "AND NEW.status IN ('due', 'failed'))",
    "seller_order_back_frozen": "OLD.status = 'completed'",
    "seller_order_delivery_frozen": "OLD.status = 'completed' AND OLD.delivery_receiver <> NEW.delivery_receiver",
}

STEPS_BEFORE = (
    "OLD.status <> NEW.status AND NOT (OLD.status IN ('due', 'failed') AND NEW.status = 'requested' "
    "OR OLD.status = 'requested' AND NEW.status IN ('succeeded', 'failed'))"
)


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
    for column in SO_FAR.split(", "):
        op.add_column("seller_order", sa.Column(column, sa.BigInteger(), **number))
    _shares()
    _refunds()
    _refund_lines()
    for name, change in GUARDS.items():
        guard(name, change)


def _shares():
    # In one statement, which rebuilds nothing: refunds point at this table.
    op.execute(
        "ALTER TABLE payment_split ADD COLUMN owed BIGINT NOT NULL DEFAULT 0 "
        "CONSTRAINT ck_payment_split_owed CHECK (owed >= 0 AND owed <= paid)"
    )
    op.execute(
        "UPDATE payment_split SET owed = "
        "(SELECT coalesce(sum(amount), 0) FROM refund WHERE refund.split_id = payment_split.id)"
    )


def _refunds():
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON refund"
    for name in ("refund_frozen", "refund_no_delete", "refund_step"):
        op.execute(f"DROP TRIGGER {name}{on}")
    number = {"nullable": False, "server_default": "0"}
    with op.batch_alter_table("refund") as table:
        table.add_column(sa.Column("way", sa.String(length=8), nullable=False, server_default="provider"))
        for name in ("goods", "delivery", "fee", "village_fee", "on_payable", "on_village_payable"):
            table.add_column(sa.Column(name, sa.BigInteger(), **number))
        table.add_column(sa.Column("after_sale", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name, length in TEXTS.items():
            table.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        table.create_check_constraint(op.f("ck_refund_way"), "way IN ('provider','bank','seller')")
        table.create_check_constraint(
            op.f("ck_refund_parts"), "goods >= 0 AND delivery >= 0 AND goods + delivery <= amount"
        )
    of_order = (
        "FROM seller_order o JOIN payment_split s ON s.seller_order_id = o.id WHERE s.id = refund.split_id"
    )
    op.execute(
        f"UPDATE refund SET goods = (SELECT o.goods_total {of_order}), "  # noqa: S608 - constant text
        f"delivery = (SELECT o.delivery_fee {of_order}), fee = (SELECT o.fee {of_order}) "
        "WHERE reason = 'undelivered'"
    )


def _refund_lines():
    op.create_table(
        "refund_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("refund_id", KEY, nullable=False),
        sa.Column("order_line_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("village_fee", sa.BigInteger(), nullable=False),
        sa.Column("restocked", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount > 0 AND quantity >= 0 AND restocked >= 0", name=op.f("ck_refund_line_amounts")
        ),
        sa.CheckConstraint("restocked <= quantity", name=op.f("ck_refund_line_restocked")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_refund_line_refund_id_refund")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_refund_line_order_line_id_order_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_line")),
        sa.UniqueConstraint(
            "refund_id", "order_line_id", name=op.f("uq_refund_line_refund_id_order_line_id")
        ),
    )
    op.create_index(op.f("ix_refund_line_order_line_id"), "refund_line", ["order_line_id"])
    op.execute(
        "INSERT INTO refund_line (refund_id, order_line_id, quantity, amount, fee, village_fee, restocked) "
        "SELECT r.id, l.id, l.quantity, l.total, l.fee, 0, 0 FROM refund r JOIN payment_split s ON s.id = r.split_id "
        "JOIN order_line l ON l.seller_order_id = s.seller_order_id WHERE r.reason = 'undelivered' ORDER BY r.id, l.id"
    )


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


def guard(name, change):
    table = next(
        table for table in ("refund_line", "refund", "fee_rule", "seller_order") if name.startswith(table)
    )
    make_guard(name, change, table, f"WHEN ({CONDITIONS[name]}) " if name in CONDITIONS else "")


def make_guard(name, change, table, when):
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
    for name in GUARDS:
        if name.startswith(("seller_order", "refund_frozen", "refund_no", "refund_step", "refund_way")):
            table = "seller_order" if name.startswith("seller_order") else "refund"
            op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
    op.drop_table("refund_line")
    op.drop_table("fee_rule")
    with op.batch_alter_table("refund") as table:
        for name in ("way", "parts"):
            table.drop_constraint(op.f(f"ck_refund_{name}"), type_="check")
        for column in (*TEXTS, "after_sale", "on_village_payable", "on_payable", "village_fee", "fee"):
            table.drop_column(column)
        for column in ("delivery", "goods", "way"):
            table.drop_column(column)
    op.drop_column("payment_split", "owed")
    for column in (*SO_FAR.split(", "), "delivery_receiver", "village_fee"):
        op.drop_column("seller_order", column)
    for column in ("village_fee", "village_fee_bp"):
        op.drop_column("order_line", column)
    # The guards of refunds as they were before.
    for name, change, when in (
        ("refund_frozen", "UPDATE OF split_id, amount, reason, key, owed_at", ""),
        ("refund_no_delete", "DELETE", ""),
        ("refund_step", "UPDATE OF status", STEPS_BEFORE),
    ):
        make_guard(name, change, "refund", f"WHEN ({when}) " if when else "")
