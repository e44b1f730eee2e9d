"""What a sale at the counter needs."""

revision = "20261123u1"
down_revision = "20261123t9"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
