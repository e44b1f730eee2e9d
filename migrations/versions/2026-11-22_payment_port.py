"""Several providers stand behind one port."""

revision = "20261122g"
down_revision = "20261122f"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
