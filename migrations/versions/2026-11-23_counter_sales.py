"""Orders say whether an outlet sold them over its counter, and their outcomes too: nobody waited for those.

All there are were placed online, which is what the defaults say.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123u1"
down_revision = "20261123t9"
branch_labels = None
depends_on = None


COUNTER = sa.text("channel = 'counter'")


def upgrade():
    for table in ("customer_order", "outcome_fact"):
        op.add_column(table, sa.Column("channel", sa.String(8), server_default="online", nullable=False))
    op.create_index(
        "ix_customer_order_counter",
        "customer_order",
        ["region_code", "placed_at"],
        sqlite_where=COUNTER,
        postgresql_where=COUNTER,
    )


def downgrade():
    op.drop_index("ix_customer_order_counter", "customer_order")
    for table in ("outcome_fact", "customer_order"):
        op.drop_column(table, "channel")
