"""What cells need to be brought up to date by the difference."""

revision = "20261123u2"
down_revision = "20261123u1"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
