"""Buyers review what they got; the answer rate of a shop is kept."""

revision = "20261122s5"
down_revision = "20261122s4"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
