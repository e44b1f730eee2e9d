"""Dated acts of the programme, and the baselines before them."""

revision = "20261123t4"
down_revision = "20261123t3"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
