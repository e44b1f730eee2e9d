"""Money that did not fit is settled by a person, once. Triggers guard that what was decided stays as it is."""

import sqlalchemy as sa
from alembic import op

revision = "20261122s8"
down_revision = "20261122s7"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUARDS = {"parked_decision_no_update": "UPDATE", "parked_decision_no_delete": "DELETE"}


def upgrade():
    op.create_table(
        "parked_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("attempt_id", KEY, nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("decided_by", KEY, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('returned','counted','not_ours')", name=op.f("ck_parked_decision_outcome")
        ),
        sa.CheckConstraint("way IN ('','provider','bank','seller')", name=op.f("ck_parked_decision_way")),
        sa.CheckConstraint(
            "(outcome = 'counted') = (attempt_id IS NOT NULL) AND (outcome = 'counted') = (counted > 0)",
            name=op.f("ck_parked_decision_counted"),
        ),
        sa.CheckConstraint(
            "returned >= 0 AND (way = 'bank') = (returned > 0)", name=op.f("ck_parked_decision_returned")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempt.id"], name=op.f("fk_parked_decision_attempt_id_payment_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_parked_decision_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["provider_event.id"], name=op.f("fk_parked_decision_event_id_provider_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_decision")),
        sa.UniqueConstraint("event_id", name=op.f("uq_parked_decision_event_id")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, change in GUARDS.items():
        refuse = (
            "BEGIN SELECT RAISE(ABORT, 'parked_decision is append-only'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON parked_decision {refuse}")


def downgrade():
    op.drop_table("parked_decision")
