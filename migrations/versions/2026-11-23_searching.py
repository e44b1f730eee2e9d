"""The name of the text index in use, where the database does the searching.

Its tables are made by `desamart index rebuild`, beside the ones in use: only who searches that way has them.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123v4"
down_revision = "20261123v1"
branch_labels = None
depends_on = None


def upgrade():
    """The table of one row."""
    op.create_table(
        "index_slot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.String(length=1), nullable=False),
        sa.Column("form", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_slot")),
    )


def downgrade():
    """Without it; an index in the database is then made anew."""
    op.drop_table("index_slot")
