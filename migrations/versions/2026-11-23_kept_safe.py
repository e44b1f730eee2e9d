"""What has to be made anew after a migration is written down, so that an upgrade that is cut off still owes it.

Facts from before 20261123t1 know no circumstances, and outcomes from before 20261123u3 no minutes of complaints: where
there are orders, all of them are made anew once. A later migration that leaves facts behind adds the same row.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123v5"
down_revision = "20261123v4"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "due_rebuild",
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_due_rebuild")),
    )
    op.execute("INSERT INTO due_rebuild (what) SELECT 'facts' WHERE EXISTS (SELECT 1 FROM seller_order)")


def downgrade():
    op.drop_table("due_rebuild")
