"""Refunds are sent: what they are called at the provider, how often it was tried, when it is tried again.

A refund moves only along its steps, and what it is stays: triggers guard both, as in the migration of the guards.
They are made after the table is rebuilt, which on SQLite would drop them.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122r"
down_revision = "20261122b"
branch_labels = None
depends_on = None

FROZEN = "split_id, amount, reason, key, owed_at"
NO_STEP = (
    "OLD.status <> NEW.status AND NOT (OLD.status IN ('due', 'failed') AND NEW.status = 'requested' "
    "OR OLD.status = 'requested' AND NEW.status IN ('succeeded', 'failed'))"
)


def upgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("refund") as table:
        table.add_column(sa.Column("key", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("reference", sa.String(length=120), nullable=True))
        table.add_column(sa.Column("attempts", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("error", sa.String(length=300), nullable=False, server_default=""))
    op.execute("UPDATE refund SET key = 'dmr-' || id, due_at = owed_at")
    with op.batch_alter_table("refund") as table:
        table.alter_column("key", existing_type=sa.String(length=40), nullable=False)
        table.alter_column("attempts", existing_type=sa.BigInteger(), server_default=None)
        table.alter_column("error", existing_type=sa.String(length=300), server_default=None)
        table.create_unique_constraint(op.f("uq_refund_key"), ["key"])
        table.create_check_constraint(
            op.f("ck_refund_settled"), "(status = 'succeeded') = (settled_at IS NOT NULL)"
        )
        table.create_index(op.f("ix_refund_due_at"), ["due_at"])
    guard("refund_frozen", f"UPDATE OF {FROZEN}", "", sqlite)
    guard("refund_no_delete", "DELETE", "", sqlite)
    guard("refund_step", "UPDATE OF status", NO_STEP, sqlite)


def guard(name, change, when, sqlite):
    condition = f"WHEN ({when}) " if when else ""
    if sqlite:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON refund {condition}"
            f"BEGIN SELECT RAISE(ABORT, 'refund: {name}'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON refund FOR EACH ROW {condition}"
            "EXECUTE FUNCTION refuse_change()"
        )


def downgrade():
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON refund"
    for name in ("refund_frozen", "refund_no_delete", "refund_step"):
        op.execute(f"DROP TRIGGER {name}{on}")
    with op.batch_alter_table("refund") as table:
        table.drop_index(op.f("ix_refund_due_at"))
        table.drop_constraint(op.f("ck_refund_settled"), type_="check")
        table.drop_constraint(op.f("uq_refund_key"), type_="unique")
        for column in ("error", "settled_at", "sent_at", "due_at", "attempts", "reference", "key"):
            table.drop_column(column)
