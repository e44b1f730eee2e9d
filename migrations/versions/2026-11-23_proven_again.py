"""Nothing yet: kept free for what is being built."""

revision = "20261123v2"
down_revision = "20261123v1"
branch_labels = None
depends_on = None


def upgrade():
    """Nothing."""


def downgrade():
    """Nothing."""
