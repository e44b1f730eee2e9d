"""People are told what happens, once per event, in the ways they chose."""

revision = "20261122s4"
down_revision = "20261122s3"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
