"""Dated acts of the programme, and the baselines before them.

Triggers guard that what was entered stays: a correction is a new row that names the old one.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123t4"
down_revision = "20261123t3"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("programme_act", "baseline")
GUARDS = {
    f"{table}_no_{change.lower()}": (table, change) for table in TABLES for change in ("UPDATE", "DELETE")
}


def upgrade():
    _dated_table(
        "programme_act",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("rupiah", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('grant','outlet','training')", name=op.f("ck_programme_act_kind")),
        sa.CheckConstraint("(kind = 'grant') = (rupiah IS NOT NULL)", name=op.f("ck_programme_act_rupiah")),
        sa.CheckConstraint("rupiah IS NULL OR rupiah > 0", name=op.f("ck_programme_act_positive")),
    )
    _dated_table(
        "baseline",
        sa.Column("rupiah", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("rupiah >= 0", name=op.f("ck_baseline_rupiah")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (table, change) in GUARDS.items():
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} {refuse}")


def _dated_table(name, *own):
    """Something said of a village on a day, with its source, by whom, and what it corrects."""
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("replaces_id", KEY, nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        *own,
        sa.CheckConstraint("source <> ''", name=op.f(f"ck_{name}_source")),
        sa.CheckConstraint("NOT void OR replaces_id IS NOT NULL", name=op.f(f"ck_{name}_void")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f(f"fk_{name}_village_code_region")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], [f"{name}.id"], name=op.f(f"fk_{name}_replaces_id_{name}")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f(f"fk_{name}_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("replaces_id", name=op.f(f"uq_{name}_replaces_id")),
    )
    op.create_index(f"ix_{name}_village", name, ["village_code", "day"])


def downgrade():
    for table in TABLES:
        op.drop_table(table)
