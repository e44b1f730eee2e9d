"""Permits are records of their own; a shop confirms its stock."""

revision = "20261122s3"
down_revision = "20261122s2"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
