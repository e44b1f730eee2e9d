"""The operator of a village acts for a seller, with consent, and every act is written down."""

revision = "20261122s6"
down_revision = "20261122s5"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
