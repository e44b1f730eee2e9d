"""Buyers pay sellers directly: accounts, proofs, unique codes."""

revision = "20261122d"
down_revision = "20261122c"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
