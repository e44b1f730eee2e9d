"""Goods come from files, in the background."""

revision = "20261122s7"
down_revision = "20261122s6"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
