"""What the figures shown beside the set need."""

revision = "20261123u3"
down_revision = "20261123u2"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
