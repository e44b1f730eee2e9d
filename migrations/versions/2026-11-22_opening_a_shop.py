"""A shop is applied for, reviewed, suspended and reopened; its members come, go and have roles.

What was decided and who came and went is never changed: triggers guard both histories.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122s1"
down_revision = "20261122h"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HISTORIES = ("shop_review", "shop_member_event")
GUARDS = {f"{table}_no_{change.lower()}": table for table in HISTORIES for change in ("UPDATE", "DELETE")}


def upgrade():
    for column in _facts():
        op.add_column("shop", column)
    op.create_table(
        "shop_review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "action IN ('applied','returned','resubmitted','verified','suspended','reopened')",
            name=op.f("ck_shop_review_action"),
        ),
        sa.CheckConstraint(
            "action NOT IN ('returned','suspended') OR reason <> ''", name=op.f("ck_shop_review_reason")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_review_shop_id_shop")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_shop_review_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_review")),
    )
    op.create_index(op.f("ix_shop_review_shop_id"), "shop_review", ["shop_id"])
    op.create_table(
        "shop_member_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "what IN ('joined','role','removed','left','handed_over')",
            name=op.f("ck_shop_member_event_what"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_member_event_shop_id_shop")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_shop_member_event_user_id_account")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_shop_member_event_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_member_event")),
    )
    op.create_index(op.f("ix_shop_member_event_shop_id"), "shop_member_event", ["shop_id"])
    op.create_table(
        "shop_invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("used_by", KEY, nullable=True),
        sa.CheckConstraint("role IN ('owner','staff')", name=op.f("ck_shop_invitation_role")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_invitation_shop_id_shop")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_shop_invitation_made_by_account")),
        sa.ForeignKeyConstraint(["used_by"], ["account.id"], name=op.f("fk_shop_invitation_used_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_shop_invitation_token_hash")),
    )
    op.create_index(op.f("ix_shop_invitation_shop_id"), "shop_invitation", ["shop_id"])
    for table in HISTORIES:
        _guard(table)


def _guard(table):
    sqlite = op.get_bind().dialect.name == "sqlite"
    for change in ("UPDATE", "DELETE"):
        stop = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {stop}")


def downgrade():
    for table in ("shop_invitation", *HISTORIES):
        op.drop_table(table)
    for column in reversed(_facts()):
        op.drop_column("shop", column.name)


def _facts():
    """What a shop tells of itself, and when it takes no orders."""
    return (
        sa.Column("sector", sa.String(length=1), nullable=False, server_default=""),
        sa.Column("registration", sa.String(length=60), nullable=True),
        sa.Column("workers", sa.BigInteger(), nullable=True),
        sa.Column("woman_led", sa.Boolean(), nullable=True),
        sa.Column("holiday_begins", MOMENT, nullable=True),
        sa.Column("holiday_ends", MOMENT, nullable=True),
        sa.Column("holiday_words", sa.String(length=200), nullable=False, server_default=""),
    )
