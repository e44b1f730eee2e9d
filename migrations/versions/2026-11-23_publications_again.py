"""What publishing needs beyond the first tables."""

revision = "20261123u4"
down_revision = "20261123u3"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
