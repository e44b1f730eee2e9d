"""Services of the village counter, never mixed with sales."""

revision = "20261123t3"
down_revision = "20261123t2"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
