"""Remember, beside which turnovers the public sees, of which places it sees the parts of them.

What was released before stays hidden in this respect: nobody has decided it.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123u5"
down_revision = "20261123u4"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "figure_release", sa.Column("parts", sa.JSON(), server_default=sa.text("'{}'"), nullable=False)
    )


def downgrade():
    op.drop_column("figure_release", "parts")
