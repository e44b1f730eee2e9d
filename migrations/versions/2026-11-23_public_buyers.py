"""Orders know the government office that they are for; facts and sums know these sales, and how long complaints took.

Whether an order is for an office never changes once it is placed: a trigger refuses it. Outcomes from before know no
minutes of complaints until `desamart facts rebuild` has run.

Grants were noted in two places: as inputs and as acts of the programme. From now on they are acts. What stands among the
inputs is carried over and withdrawn there with a word that says so; a grant of the same village on the same day, or of
the same rupiah, is the same grant noted twice and makes no second act.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "20261123u3"
down_revision = "20261123u2"
branch_labels = None
depends_on = None

GUARDS = {"customer_order_office_frozen": "customer_order"}
SUMS = ("government", "complaints", "complaint_minutes", "complaint_p90_minutes")

MOMENT = sa.DateTime(timezone=True)
INPUT = sa.table(
    "dated_input",
    *(sa.column(name, sa.BigInteger()) for name in ("id", "number", "replaces_id", "by_id")),
    *(sa.column(name, sa.String()) for name in ("village_code", "kind", "series", "word", "source")),
    sa.column("as_of", sa.Date()),
    sa.column("entered_at", MOMENT),
)
ACT = sa.table(
    "programme_act",
    *(sa.column(name, sa.BigInteger()) for name in ("id", "rupiah", "replaces_id", "by_id")),
    *(sa.column(name, sa.String()) for name in ("village_code", "kind", "source")),
    sa.column("day", sa.Date()),
    sa.column("void", sa.Boolean()),
    sa.column("entered_at", MOMENT),
)


def upgrade():
    op.add_column("customer_order", sa.Column("office", sa.String(length=120), nullable=True))
    op.add_column(
        "sale_fact", sa.Column("government", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("outcome_fact", sa.Column("complaint_minutes", sa.BigInteger(), nullable=True))
    for name in SUMS:
        column = sa.Column(name, sa.BigInteger(), server_default=sa.text("'0'"), nullable=False)
        op.add_column("cell", column)
    carry_grants(op.get_bind())
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in GUARDS.items():
        changed = "(OLD.office IS NULL) <> (NEW.office IS NULL)"
        refuse = (
            f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if sqlite
            else f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF office ON {table} {refuse}")


def carry_grants(connection):
    """Make acts of the grants among the inputs that stand, and withdraw them there."""
    at = datetime.now(UTC)
    later = INPUT.alias()
    replaced = sa.exists().where(later.c.replaces_id == INPUT.c.id)
    rows = connection.execute(
        sa.select(INPUT).where(INPUT.c.kind == "grant", INPUT.c.number > 0, ~replaced).order_by(INPUT.c.id)
    ).all()
    if not rows:
        return
    noted = _noted(connection)
    somebody = connection.scalar(sa.text("SELECT min(id) FROM account"))
    for row in rows:
        by = row.by_id or somebody
        if not any(
            day == row.as_of or rupiah == row.number for day, rupiah in noted.get(row.village_code, ())
        ):
            connection.execute(ACT.insert().values(_act(row, by)))
        connection.execute(INPUT.insert().values(_withdrawal(row, by, at)))
    connection.execute(
        sa.text("UPDATE input_file SET state = 'over' WHERE kind = 'grant' AND state = 'checked'")
    )


def _noted(connection):
    """Day and rupiah of the grants that stand as acts, by village: those that were there before."""
    later = ACT.alias()
    replaced = sa.exists().where(later.c.replaces_id == ACT.c.id)
    rows = connection.execute(
        sa.select(ACT.c.village_code, ACT.c.day, ACT.c.rupiah).where(
            ACT.c.kind == "grant", ACT.c.void.is_(False), ~replaced
        )
    )
    found = {}
    for code, day, rupiah in rows:
        found.setdefault(code, []).append((day, rupiah))
    return found


def _act(row, by):
    return {
        "village_code": row.village_code,
        "kind": "grant",
        "day": row.as_of,
        "rupiah": row.number,
        "source": row.source,
        "void": False,
        "by_id": by,
        "entered_at": row.entered_at,
    }


def _withdrawal(row, by, at):
    return {
        "village_code": row.village_code,
        "kind": "grant",
        "series": row.series,
        "as_of": row.as_of,
        "word": "",
        "source": "Dicatat sebagai tindakan program",
        "replaces_id": row.id,
        "by_id": by,
        "entered_at": at,
    }


def downgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in GUARDS.items():
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
    for name in SUMS:
        op.drop_column("cell", name)
    op.drop_column("outcome_fact", "complaint_minutes")
    op.drop_column("sale_fact", "government")
    op.drop_column("customer_order", "office")
