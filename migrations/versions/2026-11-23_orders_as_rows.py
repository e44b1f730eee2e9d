"""What placing an order quickly needs."""

revision = "20261123t9"
down_revision = "20261123t8"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
