"""What a quicker checkout needs."""

revision = "20261123u6"
down_revision = "20261123u5"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
