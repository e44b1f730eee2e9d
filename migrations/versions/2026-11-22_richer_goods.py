"""Goods say more: variants, units, prices by quantity, seasons, grades."""

revision = "20261122s2"
down_revision = "20261122s1"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
