"""A shop is applied for, reviewed, suspended and reopened; its members have roles."""

revision = "20261122s1"
down_revision = "20261122h"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
