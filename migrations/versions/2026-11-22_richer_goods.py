"""Goods say more: variants of their own weight, prices by quantity, seasons, grades, where they come from.

Plain columns with defaults, so that no table is built anew and no guard is lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122s2"
down_revision = "20261122s1"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger()
COLUMNS = {
    "product": [
        sa.Column("min_quantity", WHOLE, nullable=False, server_default="1"),
        sa.Column("step", WHOLE, nullable=False, server_default="1"),
        sa.Column("made_in_days", WHOLE, nullable=True),
        sa.Column("harvest_from", sa.Date(), nullable=True),
        sa.Column("harvest_until", sa.Date(), nullable=True),
        sa.Column("order_until", sa.Date(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("brand", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("is_unggulan", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("origin_code", sa.String(length=13), nullable=False, server_default=""),
        sa.Column("shelf_life_days", WHOLE, nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("length_cm", WHOLE, nullable=True),
        sa.Column("width_cm", WHOLE, nullable=True),
        sa.Column("height_cm", WHOLE, nullable=True),
    ],
    "variant": [
        sa.Column("compare_price", WHOLE, nullable=True),
        sa.Column("net_weight_g", WHOLE, nullable=True),
        sa.Column("shipping_weight_g", WHOLE, nullable=True),
        sa.Column("tiers", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
    ],
    "photo": [sa.Column("alt", sa.String(length=160), nullable=False, server_default="")],
    "seller_order": [sa.Column("expected_on", sa.Date(), nullable=True)],
}


def upgrade():
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column)


def downgrade():
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column.name)
