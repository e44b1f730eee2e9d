"""People are told what happens, once per event, in the ways they chose."""

import sqlalchemy as sa
from alembic import op

revision = "20261122s4"
down_revision = "20261122s3"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("topic", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("body", sa.String(length=500), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_notice_user_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("user_id", "event_id", name=op.f("uq_notice_user_id_event_id")),
    )
    op.create_index("ix_notice_person", "notice", ["user_id", "id"])
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_notice_unread", "notice", ["user_id"], sqlite_where=unread, postgresql_where=unread)
    op.create_table(
        "notice_mail",
        sa.Column("id", KEY, nullable=False),
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.CheckConstraint("state IN ('waiting','sent','failed')", name=op.f("ck_notice_mail_state")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_mail_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_mail")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_notice_mail_notice_id")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_notice_mail_due", "notice_mail", ["next_try_at"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "notice_choice",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("topic", sa.String(length=10), nullable=False),
        sa.Column("bell", sa.Boolean(), nullable=False),
        sa.Column("email", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_notice_choice_user_id_account")),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "deadline_reminder",
        sa.Column("seller_order_id", KEY, nullable=False),
        sa.Column("deadline_at", MOMENT, nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["seller_order_id"],
            ["seller_order.id"],
            name=op.f("fk_deadline_reminder_seller_order_id_seller_order"),
        ),
        sa.PrimaryKeyConstraint("seller_order_id", "deadline_at", name=op.f("pk_deadline_reminder")),
    )


def downgrade():
    op.drop_table("deadline_reminder")
    op.drop_table("notice_choice")
    op.drop_table("notice_mail")
    op.drop_table("notice")
