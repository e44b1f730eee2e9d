"""Every state of a seller order has a way in and out: why it was taken is remembered, and none waits for ever.

`cause` is a plain column with a default, so that SQLite adds it in place and the triggers of the table stay. Orders
that wait in a state that has a deadline from now on get its whole length, counted from the upgrade. What the proofs
said each night is kept, append-only.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "20261122h"
down_revision = "20261122f"
branch_labels = None
depends_on = None

GUARDS = {"nightly_check_no_update": "UPDATE", "nightly_check_no_delete": "DELETE"}
DAYS = {"ready_for_pickup": 7, "delivery_failed": 7, "shipped": 14}


def upgrade():
    op.add_column(
        "seller_order_event", sa.Column("cause", sa.String(length=16), nullable=False, server_default="")
    )
    op.add_column(
        "stock_movement", sa.Column("actor", sa.String(length=40), nullable=False, server_default="")
    )
    some = sa.text("cause <> ''")
    op.create_index(
        "ix_seller_order_event_cause",
        "seller_order_event",
        ["cause", "at"],
        sqlite_where=some,
        postgresql_where=some,
    )
    op.create_index("ix_customer_order_buyer", "customer_order", ["buyer_key"])
    op.create_table(
        "nightly_check",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("differences", sa.BigInteger(), nullable=False),
        sa.Column("in_flight", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.CheckConstraint("differences >= 0 AND in_flight >= 0", name=op.f("ck_nightly_check_counts")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_nightly_check")),
    )
    for name, change in GUARDS.items():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON nightly_check "
                "BEGIN SELECT RAISE(ABORT, 'nightly_check is append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON nightly_check "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
    orders = sa.table(
        "seller_order",
        sa.column("status", sa.String),
        sa.column("platform_collects", sa.Boolean),
        sa.column("deadline_at", sa.DateTime(timezone=True)),
    )
    for status, days in DAYS.items():
        waiting = sa.and_(orders.c.status == status, orders.c.deadline_at.is_(None))
        if status == "shipped":
            waiting = sa.and_(waiting, orders.c.platform_collects)
        until = datetime.now(UTC) + timedelta(days=days)
        op.execute(sa.update(orders).where(waiting).values(deadline_at=until))


def downgrade():
    op.drop_table("nightly_check")
    op.drop_index("ix_customer_order_buyer", "customer_order")
    op.drop_index("ix_seller_order_event_cause", "seller_order_event")
    op.drop_column("stock_movement", "actor")
    op.drop_column("seller_order_event", "cause")
