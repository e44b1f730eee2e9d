"""What looks wrong about the figures, and what was said of it."""

revision = "20261123t7"
down_revision = "20261123t6"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
