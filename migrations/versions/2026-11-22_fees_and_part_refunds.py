"""Fees are shared by dated rules, and refunds go down to the line."""

revision = "20261122c"
down_revision = "20261122m"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
