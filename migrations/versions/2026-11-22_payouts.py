"""Money is paid out to shops and villages."""

revision = "20261122e"
down_revision = "20261122d"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
