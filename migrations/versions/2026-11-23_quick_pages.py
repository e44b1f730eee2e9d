"""What quicker pages need."""

revision = "20261123u7"
down_revision = "20261123u6"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
