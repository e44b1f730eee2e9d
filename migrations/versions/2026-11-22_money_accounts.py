"""Shops and counters say where they get money. What an account is stays; it only ends: triggers guard that."""

import sqlalchemy as sa
from alembic import op

revision = "20261122m"
down_revision = "20261122r"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FROZEN = "shop_id, village_code, kind, bank, number, holder, qris, added_by, added_at"
GUARDS = {"money_account_frozen": f"UPDATE OF {FROZEN}", "money_account_no_delete": "DELETE"}


def upgrade():
    op.create_table(
        "money_account",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=True),
        sa.Column("village_code", sa.String(length=13), nullable=True),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("bank", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=34), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("qris", sa.Text(), nullable=False),
        sa.Column("added_by", KEY, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'bank') = (number <> '') AND (kind = 'qris') = (qris <> '')",
            name=op.f("ck_money_account_content"),
        ),
        sa.CheckConstraint("kind IN ('bank','qris')", name=op.f("ck_money_account_kind")),
        sa.CheckConstraint(
            "(shop_id IS NULL) <> (village_code IS NULL)", name=op.f("ck_money_account_owner")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_money_account_added_by_account")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_money_account_shop_id_shop")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_money_account_village_code_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_account")),
    )
    for owner, column in (("shop", "shop_id"), ("village", "village_code")):
        current = sa.text(f"ended_at IS NULL AND {column} IS NOT NULL")
        op.create_index(
            f"uq_money_account_of_{owner}",
            "money_account",
            [column, "kind"],
            unique=True,
            sqlite_where=current,
            postgresql_where=current,
        )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, change in GUARDS.items():
        if sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON money_account "
                "BEGIN SELECT RAISE(ABORT, 'money_account is append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON money_account "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )


def downgrade():
    op.drop_table("money_account")
