"""Every seller order has a numbered nota."""

revision = "20261122f"
down_revision = "20261122e"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
