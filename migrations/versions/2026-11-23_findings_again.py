"""What data quality and uplift need beyond the first tables."""

revision = "20261123u5"
down_revision = "20261123u4"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
