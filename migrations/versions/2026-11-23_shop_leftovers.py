"""Small things of the sellers' workspace."""

revision = "20261123t8"
down_revision = "20261123t7"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
