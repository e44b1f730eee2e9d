"""The operator of a village acts for a seller, with consent, and every act is written down.

Of a consent only its end may be written later, and of an act nothing: triggers guard both.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122s6"
down_revision = "20261122s5"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GIVEN = "shop_id, operator_id, way, witness, picture_key, text_version, recorded_by, given_at, ends_at"
CONSENT = {"assist_consent_frozen": f"UPDATE OF {GIVEN}", "assist_consent_no_delete": "DELETE"}
ACT = {"assist_act_no_update": "UPDATE", "assist_act_no_delete": "DELETE"}
GUARDS = CONSENT | ACT


def upgrade():
    op.create_table(
        "assist_consent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("witness", sa.String(length=80), nullable=False),
        sa.Column("picture_key", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.String(length=10), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", KEY, nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("way IN ('lisan','surat','aplikasi')", name=op.f("ck_assist_consent_way")),
        sa.CheckConstraint("(way = 'lisan') = (witness <> '')", name=op.f("ck_assist_consent_witness")),
        sa.CheckConstraint("ends_at > given_at", name=op.f("ck_assist_consent_length")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_assist_consent_shop_id_shop")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["account.id"], name=op.f("fk_assist_consent_operator_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_assist_consent_recorded_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["account.id"], name=op.f("fk_assist_consent_ended_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_consent")),
    )
    op.create_index(op.f("ix_assist_consent_operator_id"), "assist_consent", ["operator_id"])
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_assist_consent_standing",
        "assist_consent",
        ["shop_id", "operator_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "assist_act",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("consent_id", KEY, nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.Column("principal_id", KEY, nullable=True),
        sa.Column("principal", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_assist_act_shop_id_shop")),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["assist_consent.id"], name=op.f("fk_assist_act_consent_id_assist_consent")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_assist_act_actor_id_account")),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["account.id"], name=op.f("fk_assist_act_principal_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_act")),
    )
    op.create_index(op.f("ix_assist_act_shop_id"), "assist_act", ["shop_id"])
    _guard("assist_consent", CONSENT)
    _guard("assist_act", ACT)


def _guard(table, guards):
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, change in guards.items():
        stop = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} {stop}")


def downgrade():
    op.drop_table("assist_act")
    op.drop_table("assist_consent")
