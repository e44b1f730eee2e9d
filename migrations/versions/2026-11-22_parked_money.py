"""Money that did not fit is settled by a person."""

revision = "20261122s8"
down_revision = "20261122s7"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
