"""What quicker pages need: the next hold that runs out, and what is on sale, counted from an index."""

import sqlalchemy as sa
from alembic import op

revision = "20261123u7"
down_revision = "20261123u5"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_product_counted", "product", ["status", "shop_id", "category_slug"])
    op.create_index(
        "ix_stock_hold_live",
        "stock_hold",
        ["expires_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade():
    op.drop_index("ix_product_counted", "product")
    op.drop_index("ix_stock_hold_live", "stock_hold")
