"""Boundaries of regions, loaded by command. Drawings, no facts: a later load replaces them, so nothing guards them."""

import sqlalchemy as sa
from alembic import op

revision = "20261123t6"
down_revision = "20261123t5"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "region_shape",
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("west", sa.BigInteger(), nullable=False),
        sa.Column("north", sa.BigInteger(), nullable=False),
        sa.Column("east", sa.BigInteger(), nullable=False),
        sa.Column("south", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["region.code"], name=op.f("fk_region_shape_code_region")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region_shape")),
    )


def downgrade():
    op.drop_table("region_shape")
