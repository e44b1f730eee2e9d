"""Boundaries of regions, loaded by command."""

revision = "20261123t6"
down_revision = "20261123t5"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
