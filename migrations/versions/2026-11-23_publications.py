"""Figures are handed in, approved and locked, with every revision."""

revision = "20261123t5"
down_revision = "20261123t4"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
