"""A shop ends a permit itself, and says when goods can be picked up there. What has ended does not begin again."""

import sqlalchemy as sa
from alembic import op

revision = "20261123t8"
down_revision = "20261123t7"
branch_labels = None
depends_on = None

GUARDS = {"permit_ends_once": "UPDATE OF ended_at, ended_by, end_reason, end_words"}


def upgrade():
    op.add_column("permit", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    for name, length in (("ended_by", 40), ("end_reason", 10), ("end_words", 300)):
        op.add_column("permit", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.add_column("shop", sa.Column("pickup_hours", sa.JSON(), nullable=False, server_default="[]"))
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, change in GUARDS.items():
        refuse = (
            "WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'permit is append-only'); END"
            if sqlite
            else "FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON permit {refuse}")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER permit_ends_once")
    else:
        op.execute("DROP TRIGGER permit_ends_once ON permit")
    op.drop_column("shop", "pickup_hours")
    for name in ("end_words", "end_reason", "ended_by", "ended_at"):
        op.drop_column("permit", name)
