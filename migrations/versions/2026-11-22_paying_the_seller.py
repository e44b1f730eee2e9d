"""Buyers pay sellers directly: what has to be paid first, unique codes, the account asked, proofs of transfers.

The sum of a seller order gets a third part, so its CHECK changes. SQLite cannot change a constraint in place, and
building anew a table that others refer to would need the foreign keys off. Its own documented way is taken instead
(https://www.sqlite.org/lang_altertable.html, the end of section 7): the stored text of the table is corrected, which
touches no row and drops no trigger.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122d"
down_revision = "20261122c"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OLD_SUM, NEW_SUM = "goods_total + delivery_fee = total", "goods_total + delivery_fee + payment_code = total"
FROZEN = "order_id, number, shop_id, village_code, goods_total, delivery_fee, total, fee"
DECIDED = "verdict, decided_by, decided_at, reason"
GUARDS = {
    "seller_order_frozen": f"UPDATE OF {FROZEN}, payment_code, prepaid",
    "payment_proof_frozen": "UPDATE OF attempt_id, picture_key, sent_at",
    "payment_proof_decided": f"UPDATE OF {DECIDED}",
    "payment_proof_no_delete": "DELETE",
}
ONLY_IF = {"payment_proof_decided": "OLD.verdict <> 'waiting'"}
OPEN_TRANSFER = "provider = 'transfer' AND status IN ('created','pending')"


def upgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column(
        "seller_order", sa.Column("prepaid", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "seller_order", sa.Column("payment_code", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.execute("UPDATE seller_order SET prepaid = platform_collects")
    change_sum(OLD_SUM, NEW_SUM, sqlite)
    add_to_attempts(sqlite)
    make_proofs()
    op.execute("DROP TRIGGER seller_order_frozen" + ("" if sqlite else " ON seller_order"))
    for name, change in GUARDS.items():
        guard(name, change, sqlite)


def change_sum(old, new, sqlite):
    if not sqlite:
        op.drop_constraint(op.f("ck_seller_order_total"), "seller_order")
        op.create_check_constraint(op.f("ck_seller_order_total"), "seller_order", new)
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar()
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'seller_order'",
        (old, new),
    )
    # Other connections, and this one, read the corrected text from here on.
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = RESET")


def add_to_attempts(sqlite):
    if sqlite:
        op.execute(
            "ALTER TABLE payment_attempt ADD COLUMN account_id INTEGER "
            "CONSTRAINT fk_payment_attempt_account_id_money_account REFERENCES money_account (id)"
        )
    else:
        op.add_column("payment_attempt", sa.Column("account_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(
            op.f("fk_payment_attempt_account_id_money_account"),
            "payment_attempt",
            "money_account",
            ["account_id"],
            ["id"],
        )
    op.add_column("payment_attempt", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "uq_payment_attempt_open_transfer",
        "payment_attempt",
        ["account_id", "amount"],
        unique=True,
        sqlite_where=sa.text(OPEN_TRANSFER),
        postgresql_where=sa.text(OPEN_TRANSFER),
    )


def make_proofs():
    op.create_table(
        "payment_proof",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("picture_key", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('waiting','accepted','refused')", name=op.f("ck_payment_proof_verdict")
        ),
        sa.CheckConstraint(
            "(verdict = 'waiting') = (decided_at IS NULL)", name=op.f("ck_payment_proof_decided")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempt.id"], name=op.f("fk_payment_proof_attempt_id_payment_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_payment_proof_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_proof")),
        sa.UniqueConstraint("picture_key", name=op.f("uq_payment_proof_picture_key")),
    )
    op.create_index(op.f("ix_payment_proof_attempt_id"), "payment_proof", ["attempt_id"])


def guard(name, change, sqlite):
    table = "seller_order" if name.startswith("seller_order") else "payment_proof"
    when = f"WHEN ({ONLY_IF[name]}) " if name in ONLY_IF else ""
    if sqlite:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
        )


def downgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.drop_table("payment_proof")
    op.drop_index("uq_payment_attempt_open_transfer", "payment_attempt")
    op.drop_column("payment_attempt", "reminded_at")
    op.drop_column("payment_attempt", "account_id")
    op.execute("DROP TRIGGER seller_order_frozen" + ("" if sqlite else " ON seller_order"))
    change_sum(NEW_SUM, OLD_SUM, sqlite)
    op.drop_column("seller_order", "payment_code")
    op.drop_column("seller_order", "prepaid")
    guard("seller_order_frozen", f"UPDATE OF {FROZEN}", sqlite)
