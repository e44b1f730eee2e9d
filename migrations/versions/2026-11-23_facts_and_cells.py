"""Facts know their circumstances and outcomes; sums are kept by dirty marks."""

revision = "20261123t1"
down_revision = "20261122s8"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
