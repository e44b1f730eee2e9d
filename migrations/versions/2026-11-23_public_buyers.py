"""Orders know the government office that they are for; facts and sums know these sales, and how long complaints took.

Whether an order is for an office never changes once it is placed: a trigger refuses it. Outcomes from before know no
minutes of complaints until `desamart facts rebuild` has run.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123u3"
down_revision = "20261123u2"
branch_labels = None
depends_on = None

GUARDS = {"customer_order_office_frozen": "customer_order"}
SUMS = ("government", "complaints", "complaint_minutes", "complaint_p90_minutes")


def upgrade():
    op.add_column("customer_order", sa.Column("office", sa.String(length=120), nullable=True))
    op.add_column(
        "sale_fact", sa.Column("government", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("outcome_fact", sa.Column("complaint_minutes", sa.BigInteger(), nullable=True))
    for name in SUMS:
        column = sa.Column(name, sa.BigInteger(), server_default=sa.text("'0'"), nullable=False)
        op.add_column("cell", column)
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in GUARDS.items():
        changed = "(OLD.office IS NULL) <> (NEW.office IS NULL)"
        refuse = (
            f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if sqlite
            else f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF office ON {table} {refuse}")


def downgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in GUARDS.items():
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
    for name in SUMS:
        op.drop_column("cell", name)
    op.drop_column("outcome_fact", "complaint_minutes")
    op.drop_column("sale_fact", "government")
    op.drop_column("customer_order", "office")
