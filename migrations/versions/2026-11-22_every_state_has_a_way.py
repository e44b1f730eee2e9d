"""Every state of a seller order has a way in and out."""

revision = "20261122h"
down_revision = "20261122g"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
