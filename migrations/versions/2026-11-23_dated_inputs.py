"""What is not a sale comes by form or file, dated, with its source."""

revision = "20261123t2"
down_revision = "20261123t1"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
