"""Cells are brought up to date by the difference: spreads are kept, and a member's rows are found at once.

A difference needs something true to begin from, so everything is counted anew: cells and tallies are emptied, and every
village month is marked. The worker counts them, or `desamart facts rebuild` at once.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "20261123u2"
down_revision = "20261123u1"
branch_labels = None
depends_on = None

MEMBERS = {"shop_month": "shop_id", "buyer_month": "buyer_key", "product_month": "product_id"}
KEPT = ("cell", "first_sale", "dirty_cell", "goods_month", *MEMBERS)
AGAIN = (
    "INSERT INTO dirty_cell (village_code, month, since) SELECT village_code, month, :now FROM ("
    "SELECT village_code, month FROM sale_fact UNION SELECT village_code, month FROM outcome_fact UNION "
    "SELECT village_code, substr(CAST(day AS VARCHAR), 1, 7) FROM village_snapshot) AS known"
)


def upgrade():
    for table in KEPT:
        op.execute(sa.table(table).delete())
    op.drop_index("ix_dirty_cell_place", "dirty_cell")
    for column in ("counted", "turn"):
        op.drop_column("dirty_cell", column)
    op.create_index("ix_dirty_cell_place", "dirty_cell", ["village_code", "month"])
    for table, member in MEMBERS.items():
        op.create_index(f"ix_{table}_{member}_month", table, [member, "month"])
    op.create_table(
        "cell_spread",
        sa.Column("period_key", sa.String(length=7), nullable=False),
        sa.Column("region_code", sa.String(length=13), nullable=False),
        sa.Column("part", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("period_key", "region_code", "part", name=op.f("pk_cell_spread")),
    )
    since = sa.bindparam("now", datetime.now(UTC), type_=sa.DateTime(timezone=True))
    op.execute(sa.text(AGAIN).bindparams(since))


def downgrade():
    op.drop_table("cell_spread")
    for table, member in MEMBERS.items():
        op.drop_index(f"ix_{table}_{member}_month", table)
    op.drop_index("ix_dirty_cell_place", "dirty_cell")
    op.add_column("dirty_cell", sa.Column("counted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("dirty_cell", sa.Column("turn", sa.String(length=32), server_default="", nullable=False))
    op.create_index("ix_dirty_cell_place", "dirty_cell", ["counted", "village_code", "month"])
